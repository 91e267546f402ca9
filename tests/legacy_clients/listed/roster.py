"""A stand-in CRM without a database: contacts that a SOAP service lists in every style."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from legacy_clients import Access, LegacyCRM, open_crm
from tests.legacy_clients.soap.auth.keeper import Asked, Keeper, Told, fault

WSDL = Path(__file__).parent / "roster.wsdl"
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@dataclass
class Person:
    """A contact. `extra` stands in its record behind all that the contract has."""

    id: str
    name: str | None
    modified: dt.datetime = LONG_AGO
    gone: bool = False
    extra: str = ""

    def __str__(self) -> str:
        name = "" if self.name is None else f"<Name>{escape(self.name)}</Name>"
        return (
            f"<Contact><ContId>{self.id}</ContId><Person>{name}</Person>"
            f"<ModifiedAt>{self.modified:%Y-%m-%dT%H:%M:%SZ}</ModifiedAt>"
            f"<Gone>{str(self.gone).lower()}</Gone>{self.extra}</Contact>"
        )


@dataclass
class Roster:
    """The contacts, and how the service misbehaves.

    `before` is called with each request, for what others do in the meantime; it may answer in the
    service's place. `cap` is the most that one page holds, `total` another count than the real one;
    a locator is good for one call where it `spends` them.
    """

    people: list[Person] = field(default_factory=list)
    deleted: list[tuple[str, dt.datetime]] = field(default_factory=list)
    before: Callable[[Asked], Told | None] = lambda asked: None
    cap: int = 1000
    spends: bool = False
    total: int | None = None
    done: bool | None = None
    covered: dt.datetime | None = None
    tokens: list[tuple[str, list[str], list[str]]] = field(default_factory=list)
    locators: dict[str, list[str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked)
        return self.before(asked) or getattr(self, f"answer_{asked.operation}")(asked)

    def add(self, *ids: str, name: str = "Name", modified: dt.datetime = LONG_AGO) -> None:
        self.people += [Person(id, f"{name} {id}", modified) for id in ids]

    def get(self, id: str) -> Person:
        return next(person for person in self.people if person.id == id)

    def remove(self, id: str, at: dt.datetime = LONG_AGO) -> None:
        self.people.remove(self.get(id))
        self.deleted.append((id, at))

    @property
    def calls(self) -> list[str]:
        return [asked.operation for asked in self.asked]

    # Answers

    def answer_List(self, asked: Asked) -> Told:
        if asked.text("Token") is not None:
            return self._since_token(str(asked.text("Token")))
        since = asked.text("Since")
        people = [person for person in self.people if since is None or person.modified >= at(since)]
        start, most = int(asked.text("Start") or 0), int(asked.text("Max") or self.cap)
        page = people[start : start + min(most, self.cap)]
        rest = people[start + len(page) :]
        return self._listed(
            "List", page, len(people), rest, self.tokens[-1][0] if self.tokens else ""
        )

    def _listed(
        self, call: str, page: list[Person], total: int, rest: list[Person], token: str = ""
    ) -> Told:
        total = total if self.total is None else self.total
        locator = f"L{len(self.locators) + 1}" if rest else ""
        if locator:
            self.locators[locator] = [person.id for person in rest]
        done = not rest if self.done is None else self.done
        return answer(
            call,
            f"<Total>{total}</Total><Locator>{locator}</Locator><Done>{str(done).lower()}</Done>"
            f"<Token>{token}</Token>{contacts(page)}",
        )

    def answer_More(self, asked: Asked) -> Told:
        name = str(asked.text("Locator"))
        ids = self.locators.pop(name, None) if self.spends else self.locators.get(name)
        if ids is None:
            return fault("INVALID_LOCATOR", "no such locator")
        people = [person for id in ids for person in self.people if person.id == id]
        page = people[: self.cap]
        return self._listed("More", page, len(self.people), people[self.cap :])

    def _since_token(self, token: str) -> Told:
        known = [name for name, _, _ in self.tokens]
        if token not in known:
            return fault("INVALID_TOKEN", "start again")
        later = self.tokens[known.index(token) + 1 :]
        changed = [self.get(id) for _, ids, _ in later for id in ids]
        removed = [id for _, _, ids in later for id in ids]
        return answer(
            "List",
            f"<Done>true</Done><Token>{known[-1]}</Token>{contacts(changed)}"
            f"{listed('Removed', removed)}",
        )

    def answer_ListIds(self, asked: Asked) -> Told:
        return answer("ListIds", listed("Ids", [person.id for person in self.people]))

    def answer_Retrieve(self, asked: Asked) -> Told:
        wanted = [node.text for node in asked.root[-1][0].iterfind(".//{*}Id")][: self.cap]
        return answer("Retrieve", contacts([one for one in self.people if one.id in wanted]))

    def answer_GetUpdated(self, asked: Asked) -> Told:
        begin = at(str(asked.text("From")))
        end = self.covered or at(str(asked.text("To")))
        ids = [one.id for one in self.people if begin <= one.modified <= end]
        return answer("GetUpdated", listed("Ids", ids) + f"<Covered>{end:%FT%TZ}</Covered>")

    def answer_GetDeleted(self, asked: Asked) -> Told:
        begin = at(str(asked.text("From")))
        end = self.covered or at(str(asked.text("To")))
        ids = [id for id, when in self.deleted if begin <= when <= end]
        return answer("GetDeleted", listed("Ids", ids) + f"<Covered>{end:%FT%TZ}</Covered>")

    def answer_Get(self, asked: Asked) -> Told:
        found = [one for one in self.people if one.id == asked.text("Id")]
        return answer("Get", "".join(map(str, found)))

    def answer_Rename(self, asked: Asked) -> Told:
        self.get(str(asked.text("Id"))).name = asked.text("Person/Name")
        return answer("Rename", "<Code>OK</Code>")


def answer(call: str, inner: str) -> Told:
    return Told(f'<{call}Response xmlns="urn:roster">{inner}</{call}Response>')


class Cut(Told):
    """An answer whose connection closes before it is whole."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.body, headers={"Connection": "close"})

    @property
    def content(self) -> bytes:
        return Short(super().content)


class Short(bytes):
    """Bytes that say that there are more of them."""

    def __len__(self) -> int:
        return super().__len__() + 100


def contacts(people: list[Person]) -> str:
    return f"<Contacts>{''.join(map(str, people))}</Contacts>"


def listed(name: str, ids: list[str]) -> str:
    return f"<{name}>{''.join(f'<Id>{id}</Id>' for id in ids)}</{name}>"


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


OFFSET = 'page = { style = "offset", offset = "Start", size = "Max", rows = 3, total = "Total" }'
LOCATOR = (
    'page = { style = "locator", call = "More", put = "Locator", take = "Locator", done = "Done",'
    ' total = "Total" }'
)
IDS = 'page = { style = "ids", call = "ListIds", take = "Ids.Id", put = "Ids.Id", rows = 3 }'
PICK = 'pick = { call = "Retrieve", put = "Ids.Id", rows = "Contacts.Contact", size = 3 }'
DELETES = (
    'deletes = { call = "GetDeleted", since = "From", until = "To", take = "Ids.Id",'
    ' covered = "Covered" }'
)
BY_QUERY = 'changes = { style = "query", since = "Since", margin = 60 }'
BY_IDS = (
    'changes = { style = "ids", call = "GetUpdated", since = "From", until = "To",'
    ' take = "Ids.Id", covered = "Covered" }'
)
BY_TOKEN = (
    'changes = { style = "token", put = "Token", take = "Token" }\n'
    'deletes = { take = "Removed.Id" }'
)
MAPPING = """
[crm]
zone = "UTC"

[crm.faults]
INVALID_TOKEN = "missing"
INVALID_LOCATOR = "missing"

[crm.lists.contacts]
call = "{call}"
rows = "Contacts.Contact"
columns = {{ ID = "ContId", NAME = "Person.Name", MODIFIED = "ModifiedAt", GONE = "Gone" }}
key = ["ID"]
{words}

[contact.from]
table = "contacts"
key = ["ID"]
deleted = {{ column = "GONE", is = ["true", "1"] }}

[contact.fields]
family_name = {{ column = "NAME", element = "Person.Name" }}
updated_at = {{ column = "MODIFIED", as = "utc" }}

[contact.get]
call = "Get"
key = ["Id"]
record = "Contact"

[contact.update]
call = "Rename"
key = ["Id"]
ok = {{ Code = "OK" }}
"""


def written(folder: Path, *words: str) -> Path:
    """A CRM's folder whose list is declared by these words."""
    folder.mkdir(parents=True, exist_ok=True)
    call = "Retrieve" if IDS in "\n".join(words) else "List"
    text = MAPPING.format(call=call, words="\n".join(words))
    (folder / "mapping.toml").write_text(text, "utf-8")
    return folder


@contextmanager
def serving(roster: Roster, folder: Path, *words: str) -> Iterator[LegacyCRM]:
    """The CRM of a roster, served on loopback."""
    with Keeper(roster) as keeper:
        access = Access(wsdl=str(WSDL), url=keeper.url)
        with closing(open_crm(str(written(folder / "crm", *words)), access)) as crm:
            yield crm
