"""Lists that a SOAP service gives in place of tables: `[crm.lists.NAME]`.

    [crm.lists.contacts]                            # [contact.from] table = "contacts" reads it
    call    = "QueryContacts"
    rows    = "Contacts.Contact"                    # the repeated element of its answer
    columns = { ID = "ContId", NAME = "Person.Name" }   # elements of a row; names are free
    key     = ["ID"]
    const   = { "Query.IncludeDeleted" = true }
    page    = { style = "offset", offset = "Start", size = "Max", rows = 200, total = "Total" }
    page    = { style = "locator", call = "QueryMore", put = "At", take = "At", done = "Done" }
    page    = { style = "ids", call = "ListIds", take = "Ids.Id", put = "Ids.Id", rows = 200 }
    pick    = { call = "Retrieve", put = "Ids.Id", rows = "Found.Contact", size = 200 }
    changes = { style = "query", since = "ModifiedSince", margin = 300 }
    changes = { style = "ids", call = "GetUpdated", since = "From", until = "To", take = "Ids.Id",
                covered = "Until" }
    changes = { style = "token", put = "Token", take = "NextToken", done = "Done" }
    deletes = { call = "GetDeleted", since = "From", take = "Ids.Id", covered = "Until" }
    deletes = "sweep"                               # found when all is read again
    sweep   = 7                                     # days

`page` left out is one answer; `changes` left out has all read each night. With pages of style `ids`
the list's own call takes keys; else `pick` says which one does. Codes by which the service says
that it does not know a token or a time (any more) stand in `[crm.faults]` as "missing": then all is
read. Paths of elements are checked for their form here; whether the service has them, its
contract says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from schemas.grammar.place import Place
from schemas.listing import (
    Deletes,
    IdsChanges,
    IdsPage,
    Listing,
    LocatorPage,
    OffsetPage,
    Page,
    Pick,
    QueryChanges,
    TokenChanges,
)
from schemas.mapping import ChildRows, CrmMapping, EntityMapping, FieldMapping, Shape
from schemas.source import OWN

LIST_WORDS = (
    "call",
    "rows",
    "columns",
    "key",
    "const",
    "page",
    "pick",
    "changes",
    "deletes",
    "sweep",
)
CHANGES_OF_ONE = ("update", "cancel", "delete")
SWEEP = "sweep"
"""What `deletes` says where deleted rows are found only when all is read again."""


def _path(place: Place, word: str, value: Any) -> str:
    return place.path_of(word, place.typed(value, word, str))


def _name(place: Place, word: str, value: Any) -> str:
    return str(place.typed(value, word, str))


def _number(least: int) -> Callable[[Place, str, Any], int]:
    def read(place: Place, word: str, value: Any) -> int:
        number: int = place.typed(value, word, int)
        if number < least:
            raise place.fail(f"{word!r} must be {least} or more, not {number}")
        return number

    return read


def _flag(place: Place, word: str, value: Any) -> bool:
    return bool(place.typed(value, word, bool))


def _const(place: Place, word: str, value: Any) -> dict[str, Any]:
    const = dict(place.typed(value, word, dict))
    for element, given in const.items():
        place.path_of(word, element)
        if not isinstance(given, str | int):
            raise place.at(word).fail(
                f"{element!r} must be a text, a whole number or true or false, not {given!r}"
            )
    return const


Reader = Callable[[Place, str, Any], Any]


class Form(NamedTuple):
    """What is made of a table, and its words: those that are demanded, and those that may be."""

    made: Callable[..., Any]
    demanded: Mapping[str, Reader]
    further: Mapping[str, Reader] = {}


PICK = Form(
    Pick,
    {"call": _name, "put": _path, "rows": _path, "size": _number(1)},
    {"const": _const},
)
PAGES: dict[str, Form] = {
    "offset": Form(
        OffsetPage,
        {"offset": _path, "size": _path, "rows": _number(2)},
        {"total": _path, "first": _number(0), "overlap": _flag},
    ),
    "locator": Form(
        LocatorPage,
        {"call": _name, "put": _path, "take": _path},
        {"done": _path, "more": _path, "total": _path},
    ),
    "ids": Form(IdsPage, {"call": _name, "take": _path}, {"const": _const}),
}
CHANGES: dict[str, Form] = {
    "query": Form(QueryChanges, {"since": _path}, {"margin": _number(0)}),
    "ids": Form(
        IdsChanges,
        {"call": _name, "since": _path, "take": _path},
        {"until": _path, "covered": _path, "margin": _number(0), "const": _const},
    ),
    "token": Form(TokenChanges, {"put": _path, "take": _path}, {"done": _path}),
}
DELETES_CALLED = Form(
    Deletes,
    {"call": _name, "since": _path, "take": _path},
    {"until": _path, "covered": _path, "const": _const},
)
DELETES_BESIDE = Form(Deletes, {"take": _path})


def read_lists(place: Place, crm: Mapping[str, Any]) -> dict[str, Listing]:
    """Every list by its name. Raises MappingError."""
    tables = place.table(crm, "lists")
    at = place.at("lists")
    return {name: _list(at.at(name), name, at.table(tables, name)) for name in tables}


def _list(place: Place, name: str, table: Mapping[str, Any]) -> Listing:
    place.known(table, LIST_WORDS)
    columns = place.text_table(table, "columns")
    if not columns:
        raise place.fail("'columns' is missing: it names the elements of a row")
    for path in columns.values():
        place.at("columns").path_of("columns", path)
    key = place.texts(
        place.demand(table, "key", list, "the columns that tell one row from another"), "key"
    )
    for part in key:
        if part not in columns:
            raise place.fail(f"'key' names {part!r}; the columns are {', '.join(columns)}")
    page, picked = _page(place, table)
    pick = _formed(place.at("pick"), place.table(table, "pick"), PICK) if "pick" in table else None
    if pick is not None and picked is not None:
        raise place.fail("'pick' says nothing: the list's own call takes the keys of its page")
    made = Listing(
        name=name,
        call=place.demand(table, "call", str, "the SOAP operation that lists"),
        rows=_path(
            place, "rows", place.demand(table, "rows", str, "the repeated element of the answer")
        ),
        columns=columns,
        key=key,
        const=_const(place, "const", table.get("const", {})),
        page=page,
        changes=_styled(place, table, "changes", CHANGES),
        deletes=_deletes(place, table),
        swept=table.get("deletes") == SWEEP,
        sweep=dt.timedelta(days=_number(1)(place, "sweep", table.get("sweep", 7))),
    )
    if picked is not None:
        put, size = picked
        pick = Pick(made.call, put, made.rows, size, made.const)
    made = replace(made, pick=pick)
    for flaw, why in _flaws(made, table):
        if flaw:
            raise place.fail(why)
    return made


def _page(place: Place, table: Mapping[str, Any]) -> tuple[Page | None, tuple[str, int] | None]:
    """The page, and where the list's own call takes keys, `put` and `rows` at a time."""
    given = place.table(table, "page")
    if given.get("style") != "ids":
        return _styled(place, table, "page", PAGES), None
    at = place.at("page")
    wanted = at.demand(given, "put", str, "the element of the list's own call that takes keys")
    put = _path(at, "put", wanted)
    size = _number(1)(at, "rows", at.demand(given, "rows", int, "how many keys go into one call"))
    rest = {word: value for word, value in given.items() if word not in ("put", "rows")}
    return _styled(place, {"page": rest}, "page", PAGES), (put, size)


def _styled(place: Place, table: Mapping[str, Any], word: str, forms: Mapping[str, Form]) -> Any:
    if word not in table:
        return None
    at, given = place.at(word), place.table(table, word)
    style = at.demand(given, "style", str, f"one of {', '.join(forms)}")
    if style not in forms:
        raise at.fail(f"unknown style {style!r}; known: {', '.join(forms)}")
    rest = {name: value for name, value in given.items() if name != "style"}
    return _formed(at, rest, forms[style])


def _formed(place: Place, table: Mapping[str, Any], form: Form) -> Any:
    known = {**form.demanded, **form.further}
    place.known(table, known)
    for word in form.demanded:
        if word not in table:
            raise place.fail(f"{word!r} is missing; known here: {', '.join(known)}")
    return form.made(**{word: known[word](place, word, value) for word, value in table.items()})


def _deletes(place: Place, table: Mapping[str, Any]) -> Deletes | None:
    if table.get("deletes", SWEEP) == SWEEP:
        return None
    given, at = place.table(table, "deletes"), place.at("deletes")
    made: Deletes = _formed(at, given, DELETES_CALLED if "call" in given else DELETES_BESIDE)
    return made


def _flaws(made: Listing, table: Mapping[str, Any]) -> Iterator[tuple[bool, str]]:
    """What cannot be, and why."""
    changes, deletes, page = made.changes, made.deletes, made.page
    yield (
        isinstance(changes, IdsChanges) and made.pick is None,
        "keys are listed, but nothing says how rows are read by them: give 'pick'"
        " = { call, put, rows, size }",
    )
    yield (
        (made.pick is not None or deletes is not None) and len(made.key) != 1,
        f"a service takes keys of one part, and 'key' has {len(made.key)}",
    )
    for word in ("deletes", "sweep"):
        yield word in table and changes is None, f"{word!r} says nothing without 'changes'"
    yield (
        isinstance(page, LocatorPage) and page.done is not None and page.more is not None,
        "'done' and 'more' say the same: give one of them",
    )
    told = deletes is not None or made.swept or isinstance(page, IdsPage)
    yield (
        changes is not None and not told,
        "'changes' tell nothing of deleted rows: give 'deletes', or deletes = \"sweep\""
        " where they are found only when all is read again",
    )
    yield (
        isinstance(changes, TokenChanges) and deletes is not None and deletes.call is not None,
        "a token tells no moment from which 'deletes' could be called: give its 'take' alone",
    )
    yield (
        deletes is not None and deletes.call is None and not isinstance(changes, TokenChanges),
        "'deletes' without a 'call' are told beside changes by token only",
    )
    yield (
        isinstance(changes, TokenChanges) and isinstance(page, IdsPage),
        "a token is given with rows, and this list gives keys",
    )
    pages = isinstance(page, LocatorPage)
    yield (
        isinstance(changes, TokenChanges) and pages,
        "a token that goes on from page to page needs no 'page'",
    )


def check_lists(place: Place, mapping: CrmMapping) -> None:
    """What is read from lists is in them; what only a database can do is not asked of them."""
    read: set[str] = set()
    for name, entity in mapping.entities.items():
        at = place.at(name)
        for shape in entity.shapes:
            read |= set(shape.aliases.values())
            _check_shape(at, shape, mapping.lists)
        for fields, shape in _readings(entity):
            _check_fields(at, fields, shape, mapping.lists)
        changing = [verb for verb in CHANGES_OF_ONE if verb in entity.operations]
        if changing and not entity.found_by_id:
            raise at.fail(
                f"'{changing[0]}' asks for one record before and after: say [{name}.get], or how"
                " the list's rows are picked by key"
            )
        create = entity.operations.get("create")
        if entity.listing is not None and create is not None and create.look_up is not None:
            raise at.at("create").fail(
                "'look_up' asks a database, and these records stand in a list"
            )
    for name in mapping.lists:
        if name not in read:
            raise place.at("crm", "lists", name).fail("no 'from' and no join reads this list")


def _readings(entity: EntityMapping) -> Iterator[tuple[Mapping[str, FieldMapping], Shape]]:
    yield entity.fields, entity.shape
    for child in entity.children.values():
        for rows in child.sources:
            yield rows.fields, _shape_of(entity, rows)


def _shape_of(entity: EntityMapping, rows: ChildRows) -> Shape:
    return entity.shape if rows.shape is None else rows.shape


def _check_shape(place: Place, shape: Shape, lists: Mapping[str, Listing]) -> None:
    listing = lists.get(shape.table)
    if listing is not None:
        if shape.query is not None:
            raise place.fail(f"{shape.table!r} names a list and an SQL file: rename one")
        if shape.stamp is not None:
            raise place.at("from").fail(
                "'stamp' says nothing of a list: its 'changes' do, or it is read in full"
            )
        named = [*shape.key, *(own for own, _ in shape.parent), *shape.skip]
        named += [kept.column for kept in shape.where]
        named += [shape.deleted.column] if shape.deleted else []
        for column in named:
            _demand_column(place.at("from"), listing, column)
        if not shape.parent and shape.key != listing.key:
            raise place.at("from").fail(
                f"'key' is {', '.join(shape.key)}, and the rows of the list {listing.name!r} are"
                f" told apart by {', '.join(listing.key)}: give the same"
            )
        for part in listing.key:
            if part in shape.skip:
                raise place.at("from").fail(f"column {part!r} is the list's key: 'skip' keeps it")
    for branch in shape.branches:
        joined = lists.get(branch.table)
        for own, _ in branch.on if joined is not None else ():
            assert joined is not None
            _demand_column(place.at("from", branch.alias), joined, own)


def _check_fields(
    place: Place,
    fields: Mapping[str, FieldMapping],
    shape: Shape,
    lists: Mapping[str, Listing],
) -> None:
    pivots = {pivot.alias for pivot in shape.pivots}
    for name, mapped in fields.items():
        for column in mapped.source.columns:
            listing = lists.get(shape.aliases.get(column.alias, ""))
            if listing is not None and (column.alias == OWN or column.alias not in pivots):
                _demand_column(place.at(name), listing, column.name)


def _demand_column(place: Place, listing: Listing, column: str) -> None:
    if column not in listing.columns:
        known = ", ".join(listing.columns)
        raise place.fail(f"the list {listing.name!r} has no column {column!r}; it has {known}")
