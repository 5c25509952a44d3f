from kartu.clients.models.card_order import CardOrder
from kartu.clients.models.channel import Address, Channel
from kartu.clients.models.client import Client, ClientRelation, ClientTag, Favourite
from kartu.clients.models.collaborator import Collaborator
from kartu.clients.models.contact import Contact
from kartu.clients.models.custom import ClientRow, ClientRowValue, ClientValue
from kartu.clients.models.directory import Category, DirectoryItem, Source, Status, Tag
from kartu.clients.models.duplicate import Doubt, DuplicatePair, NotSame
from kartu.clients.models.legal import BankAccount, ClientEntity
from kartu.clients.models.message import ClientMessage, MessageHours, MessageTemplate
from kartu.clients.models.opt_out import OptOut
from kartu.clients.models.segment import Segment, SegmentMember, SegmentSize, SegmentStay, SegmentWatch
from kartu.clients.models.touch import Touch

__all__ = [
    "Address",
    "BankAccount",
    "CardOrder",
    "Category",
    "Channel",
    "Client",
    "ClientEntity",
    "ClientRelation",
    "ClientMessage",
    "ClientRow",
    "ClientRowValue",
    "ClientTag",
    "ClientValue",
    "Collaborator",
    "Contact",
    "DirectoryItem",
    "Doubt",
    "DuplicatePair",
    "Favourite",
    "MessageHours",
    "MessageTemplate",
    "OptOut",
    "Segment",
    "SegmentMember",
    "SegmentSize",
    "SegmentStay",
    "SegmentWatch",
    "NotSame",
    "Source",
    "Status",
    "Tag",
    "Touch",
]
