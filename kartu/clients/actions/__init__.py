"""Everything that can be done to clients, by whichever way: pages, lists, imports, jobs and the API call these."""

from kartu.clients.actions.addresses import add_address, change_address
from kartu.clients.actions.card_order import arrange_card, reset_card
from kartu.clients.actions.channels import add_channel, change_channel
from kartu.clients.actions.clients import (
    add_client,
    change_client,
    change_tags,
    hand_over,
    restore_client,
    set_tags,
    trash_client,
)
from kartu.clients.actions.collaborators import name_collaborator, remove_collaborator, set_collaborators
from kartu.clients.actions.contacts import add_contact, change_contact
from kartu.clients.actions.custom import add_row, change_row, remove_row, set_custom
from kartu.clients.actions.directories import (
    add_item,
    merge_items,
    order_items,
    rename_item,
    retire_item,
    use_item_again,
)
from kartu.clients.actions.merging import merge_clients, merge_pairs, tell_apart
from kartu.clients.actions.opt_outs import opt_in, opt_out
from kartu.clients.actions.own_files import put_own_file
from kartu.clients.actions.parts import make_main, remove
from kartu.clients.actions.relations import add_relation, keep_at_hand, let_go, remove_relation
from kartu.clients.actions.requisites import add_account, add_entity, change_account, change_entity
from kartu.clients.actions.revealing import reveal
from kartu.clients.actions.segments import add_segment, change_segment, freeze_segment, trash_segment
from kartu.clients.actions.touches import change_touch, log_touch, remove_touch

__all__ = [
    "add_account",
    "add_address",
    "add_channel",
    "add_client",
    "add_contact",
    "add_entity",
    "add_item",
    "add_relation",
    "add_segment",
    "add_row",
    "arrange_card",
    "change_account",
    "change_address",
    "change_channel",
    "change_client",
    "change_tags",
    "change_contact",
    "change_entity",
    "change_segment",
    "change_row",
    "change_touch",
    "freeze_segment",
    "hand_over",
    "keep_at_hand",
    "let_go",
    "log_touch",
    "make_main",
    "merge_clients",
    "merge_items",
    "merge_pairs",
    "name_collaborator",
    "opt_in",
    "opt_out",
    "order_items",
    "remove",
    "remove_collaborator",
    "remove_relation",
    "remove_row",
    "remove_touch",
    "rename_item",
    "reset_card",
    "restore_client",
    "reveal",
    "retire_item",
    "put_own_file",
    "set_collaborators",
    "set_custom",
    "set_tags",
    "tell_apart",
    "trash_client",
    "trash_segment",
    "use_item_again",
]
