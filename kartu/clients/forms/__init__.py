"""The forms of this app. A form's `save` calls one action and gives None when it was refused."""
