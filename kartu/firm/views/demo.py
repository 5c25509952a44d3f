"""The demo firm: being one of its people by a click, and the way out to one's own firm."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from kartu.core.access import public, signed_in
from kartu.core.actors import System
from kartu.firm.actions import door
from kartu.firm.models import User
from kartu.firm.views.answers import next_page, to_second_step


@require_safe
@signed_in("whoever is in the demo firm may leave it, or be somebody else in it")
def demo(request: HttpRequest) -> HttpResponse:
    if not request.user.firm_is_demo:
        raise Http404("this firm is no demo")
    return render(request, "firm/demo.html", {"people": User.objects.of_the_demo()})


@require_POST
@public("in the demo firm whoever looks at it may be anybody; in any other there is nobody to be found here")
def walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    person = User.objects.of_the_demo().filter(pk=pk).first()
    if person is None:
        raise Http404("nobody here can be walked in as")
    goes, by = next_page(request), System("somebody at the door of the demo firm")
    is_in = door.walk_in(request=request, person=person, by=by)
    return HttpResponseRedirect(goes) if is_in else to_second_step(person, goes)
