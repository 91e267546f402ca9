"""WSDLs written for one test each: the schemas and messages are given, the rest is the same."""

from __future__ import annotations

from pathlib import Path

HEAD = """<?xml version="1.0"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:s="{soap}"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:w" targetNamespace="urn:w"
  xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/">
<wsdl:types><xsd:schema targetNamespace="urn:w" {form}>{types}</xsd:schema></wsdl:types>
"""
SOAP11 = "http://schemas.xmlsoap.org/wsdl/soap/"
SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/"


def wsdl(
    path: Path,
    *,
    types: str = "",
    sent: str = "",
    told: str | None = "",
    style: str = "rpc",
    use: str = "encoded",
    soap: str = SOAP11,
    extra: str = "",
    body: str = "",
    headers: str = "",
    form: str = "",
) -> Path:
    """A WSDL with the operation Act. `sent` and `told` are the parts of its messages (told None:
    one-way), `extra` further messages, `body` attributes of soap:body, `headers` soap:header
    elements of the request.
    """
    output = "" if told is None else '<wsdl:output message="t:Told"/>'
    bound = f'<s:body use="{use}" namespace="urn:w" {body}/>'
    answers = (
        ""
        if told is None
        else f'<wsdl:output><s:body use="{use}" namespace="urn:w"/></wsdl:output>'
    )
    path.write_text(
        HEAD.format(soap=soap, form=form, types=types)
        + f'<wsdl:message name="Sent">{sent}</wsdl:message>'
        + f'<wsdl:message name="Told">{told or ""}</wsdl:message>'
        + extra
        + '<wsdl:portType name="P"><wsdl:operation name="Act">'
        + f'<wsdl:input message="t:Sent"/>{output}</wsdl:operation></wsdl:portType>'
        + '<wsdl:binding name="B" type="t:P">'
        + f'<s:binding style="{style}" transport="http://schemas.xmlsoap.org/soap/http"/>'
        + '<wsdl:operation name="Act"><s:operation soapAction="urn:w#Act"/>'
        + f"<wsdl:input>{bound}{headers}</wsdl:input>{answers}</wsdl:operation></wsdl:binding>"
        + '<wsdl:service name="S"><wsdl:port name="P" binding="t:B">'
        + '<s:address location="http://elsewhere.invalid/"/></wsdl:port></wsdl:service>'
        + "</wsdl:definitions>"
    )
    return path


def element(name: str, type_name: str, more: str = "") -> str:
    return f'<xsd:element name="{name}" type="{type_name}" {more}/>'


def record(name: str, *elements: str, more: str = "") -> str:
    """A complex type of a sequence."""
    inside = "".join(elements)
    sequence = f"<xsd:sequence>{inside}</xsd:sequence>"
    return f'<xsd:complexType name="{name}" {more}>{sequence}</xsd:complexType>'


def part(name: str, *, type_name: str = "", element_name: str = "") -> str:
    says = f'type="{type_name}"' if type_name else f'element="{element_name}"'
    return f'<wsdl:part name="{name}" {says}/>'
