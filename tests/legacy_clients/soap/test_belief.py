"""What a departure from the contract costs: the reply, the record, or a codec's look."""

from __future__ import annotations

import pytest

from legacy_clients.errors import Unintelligible
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.reply import Belief, Reply
from tests.legacy_clients.soap.hostile import ENVELOPE, SECRET
from tests.legacy_clients.soap.spoken import answered, told

BY_RECORD = Belief(rows="Lines.Line")
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def found(shop: Contract, inside: str, belief: Belief) -> Reply:
    envelope = ENVELOPE.format(f"<FindResponse>{inside}</FindResponse>")
    reply = answered(shop, "Find", envelope, belief)
    assert isinstance(reply, Reply)
    return reply


def lines(*inside: str) -> str:
    return f"<Lines>{''.join(f'<Line>{each}</Line>' for each in inside)}</Lines>"


GOOD = "<Sku>a</Sku><Qty>1</Qty>"


def test_one_bad_row_of_a_thousand_costs_that_row(shop: Contract) -> None:
    """F2"""
    rows = [f"<Sku>{n}</Sku>" for n in range(1000)]
    rows[417] = f"<Sku>417</Sku><Qty>{SECRET}</Qty>"

    read = found(shop, lines(*rows), BY_RECORD).all("Lines.Line")

    assert [number for number, row in enumerate(read) if row.finding] == [417]
    finding = read[417].finding
    assert finding is not None
    assert (finding.path, finding.place) == ("Lines.Line.Qty", "Lines.Line[418].Qty")
    assert [row.text("Sku") for row in read if not row.finding] == [
        str(n) for n in range(1000) if n != 417
    ]


@pytest.mark.parametrize(
    "bad",
    [
        "<Sku>sixsix</Sku>",
        "<Qty>1</Qty>",
        "",
        "text<Sku>a</Sku>",
        "<Sku>a</Sku><Sku>b</Sku>",
        f"<Sku>a</Sku><{SECRET}/>",
        "<Sku>a</Sku><Qty/>",
        '<Sku odd="1">a</Sku>',
        f'<Sku {XSI} xsi:nil="true"/>',
        "<Sku><Sku>a</Sku></Sku>",
    ],
)
def test_whatever_departs_inside_a_record_refuses_that_record(shop: Contract, bad: str) -> None:
    """F2"""
    read = found(shop, lines(GOOD, bad, GOOD), BY_RECORD).all("Lines.Line")

    assert [row.finding is None for row in read] == [True, False, True]


def test_every_row_may_be_bad(shop: Contract) -> None:
    reply = found(shop, lines(*["<Qty>x</Qty>"] * 500), BY_RECORD)

    assert all(row.finding for row in reply.all("Lines.Line"))


@pytest.mark.parametrize(
    "inside",
    [
        f"<Name>sixsix</Name>{lines(GOOD)}",
        f"<Lines>{SECRET}<Line>{GOOD}</Line></Lines>",
        f"<Lines><Line>{GOOD}</Line><{SECRET}/></Lines>",
        f"{lines(GOOD)}<Name>a</Name>",
        f"{lines(GOOD)}{lines(GOOD)}",
        "<Amount>x</Amount>",
        f"<Lines><Line>{GOOD}</Line><Other><Line/></Other></Lines>",
        f'<Lines><Line>{GOOD}</Line><x:Line xmlns:x="urn:x"/></Lines>',
    ],
)
def test_what_departs_outside_of_the_records_refuses_the_reply(shop: Contract, inside: str) -> None:
    with pytest.raises(Unintelligible, match="does not fit its schema, at ") as error:
        found(shop, inside, BY_RECORD)

    assert SECRET not in str(error.value)


def test_more_departures_than_are_counted_refuse_the_reply(shop: Contract) -> None:
    with pytest.raises(Unintelligible, match="in more places than we count"):
        found(shop, lines(*["<Sku>sixsix</Sku>"] * 10_001), BY_RECORD)


def test_a_refused_record_is_not_read_by_any_path_but_can_be_written_back(shop: Contract) -> None:
    reply = found(shop, lines("<Sku>sixsix</Sku>"), BY_RECORD)
    (row,) = reply.all("Lines.Line")

    for read in (
        lambda: reply.text("Lines.Line.Sku"),
        lambda: row.text("Sku"),
        lambda: row.nil("Sku"),
        lambda: row.has("Sku"),
    ):
        with pytest.raises(Unintelligible, match="stands in a record that does not fit its schema"):
            read()
    (sku,) = reply.nodes("Lines.Line.Sku")
    assert sku.text == "sixsix"
    assert row.all("Sku")[0].node.text == "sixsix"


@pytest.mark.parametrize("text", ["1.234,50", "", "1.005", "12345678", "N/A"])
def test_a_tolerated_value_is_handed_on_as_it_is(shop: Contract, text: str) -> None:
    belief = Belief(tolerate=("Amount", "Lines.Line.Qty"))
    row = f"<Sku>a</Sku><Qty>{text}x</Qty>"

    reply = found(shop, f"<Amount>{text}</Amount>{lines(GOOD, row)}", belief)

    assert reply.text("Amount") == text
    assert [each.text("Qty") for each in reply.all("Lines.Line")] == ["1", f"{text}x"]
    assert all(each.finding is None for each in reply.all("Lines.Line"))


@pytest.mark.parametrize(
    "inside",
    [
        "<Count>x</Count>",
        "<Amount>x</Amount><Count>x</Count>",
        "<Amount><Name/></Amount>",
        "<Amount>1</Amount><Amount>2</Amount>",
        f'<Amount {XSI} xsi:nil="true"/>',
        f'<Amount {XSI} xsi:nil="yes"/>',
        f'<Amount {XSI} xsi:nil="true">1</Amount>',
        f'<Amount {XSI} xsi:type="xs:date" xmlns:xs="http://www.w3.org/2001/XMLSchema">x</Amount>',
        "<Open>true</Open><Amount>1</Amount>",
    ],
)
def test_only_the_simple_value_of_the_listed_path_is_tolerated(shop: Contract, inside: str) -> None:
    with pytest.raises(Unintelligible, match="does not fit its schema, at "):
        found(shop, inside, Belief(tolerate=("Amount",)))


def test_tolerance_and_records_go_together(shop: Contract) -> None:
    belief = Belief(rows="Lines.Line", tolerate=("Lines.Line.Qty",))
    rows = ("<Sku>a</Sku><Qty>x</Qty>", "<Sku>sixsix</Sku><Qty>x</Qty>")

    read = found(shop, lines(*rows), belief).all("Lines.Line")

    assert [row.finding and row.finding.path for row in read] == [None, "Lines.Line.Sku"]
    assert read[0].text("Qty") == "x"


def test_an_encoded_reply_is_believed_by_record_too() -> None:
    """F2"""
    rows = [
        "<item><id>1</id></item>",
        "<odd><id>x</id></odd>",
        '<item xsi:type="t:Pair"><name>a</name></item>',
        '<item href="#a"/>',
        "<item><id>5</id><limit>1,5</limit></item>",
        "<item><id>6</id><odd/></item>",
    ]
    body = (
        f'<r><return SOAP-ENC:arrayType="t:Party[6]">{"".join(rows)}</return><total>6</total></r>'
        '<m id="a"><id>4</id><name>sixsix</name></m>'
    )

    reply = told("List", body, Belief("return.item", ("return.item.limit",)))

    read = reply.all("return.item")
    assert [row.finding and row.finding.place for row in read] == [
        None,
        "return.item[2].id",
        "return.item[3]",
        "return.item[4].name",
        None,
        "return.item[6].odd",
    ]
    assert read[4].text("limit") == "1,5"
    with pytest.raises(Unintelligible, match=r"another number of items than it says, at return$"):
        told("List", body.replace("[6]", "[7]"), Belief("return.item"))
    with pytest.raises(Unintelligible, match=r"at total$"):
        told("List", body.replace(">6</total>", ">x</total>"), Belief("return.item"))
