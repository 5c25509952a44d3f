"""Who a frozen segment keeps, when two of its clients turn out to be one."""

from kartu.clients.models import SegmentMember


def keep_members(loser_id: int, winner_id: int) -> None:
    """A MergeMove: segments that keep the old card keep the new one too; the old one stays, for it may come back."""
    kept = SegmentMember.objects.filter(client_id=loser_id).values_list("segment_id", flat=True)
    there = set(SegmentMember.objects.filter(client_id=winner_id).values_list("segment_id", flat=True))
    SegmentMember.objects.bulk_create(
        SegmentMember(segment_id=segment_id, client_id=winner_id, merged_from=loser_id)
        for segment_id in kept
        if segment_id not in there
    )


def part_members(loser_id: int, winner_id: int) -> None:
    """The new card leaves the segments that kept it for the old one's sake only."""
    SegmentMember.objects.filter(client_id=winner_id, merged_from=loser_id).delete()
