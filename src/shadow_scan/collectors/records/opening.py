"""Which reader of records a source needs, told by its first bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from shadow_scan.collectors.lines.unwrap import STDIN, ByteSource
from shadow_scan.collectors.records import (
    counted,
    event_texts,
    flow_tuples,
    journal,
    mitmproxy,
    property_lists,
    ruby,
    search_results,
    sqlite,
    tables,
    xml_events,
    yaml_documents,
)
from shadow_scan.collectors.records.json_shapes import Shape, shape_of
from shadow_scan.collectors.records.source import RecordSource
from shadow_scan.errors import InputError

_SQLITE = b"SQLite format 3\0"
_PARQUET = b"PAR1"
_AVRO = b"Obj\x01"
_DATABASE = "SQLite"


def as_records(path: str, source: ByteSource) -> ByteSource:
    """The source itself where it has lines, else its records as lines.

    Raises InputError for a database that cannot be opened where it is.
    """
    head = source.peek()
    for magic, kind, reader in (
        (_SQLITE, _DATABASE, partial(sqlite.records, path, 0)),
        (_PARQUET, "Parquet", partial(_parquet, path)),
    ):
        if head.startswith(magic):
            if path == STDIN or source.wrapping:
                remedy = "unpack it and name the file itself"
                source.close()
                what = f"{kind} data inside of an archive or a stream"
                raise InputError(what, where=path, remedy=remedy)
            return RecordSource(source, kind, reader)
    if head.startswith(_AVRO):
        return RecordSource(source, "Avro", partial(_avro, source))
    if xml_events.has_events(head):
        return RecordSource(source, "XML", partial(xml_events.records, source))
    if begin := event_texts.begin_of(head):
        return RecordSource(source, "event log", partial(event_texts.records, source, begin))
    if search_results.are_in(head):
        return RecordSource(source, "XML", partial(search_results.records, source))
    if counted.are_in(head):
        return RecordSource(source, "syslog", partial(counted.records, source))
    if counted.are_ended_by_zeros(head):
        return RecordSource(source, "syslog", partial(counted.zero_ended_records, source))
    if mitmproxy.are_in(head):
        return RecordSource(source, "mitmproxy", partial(mitmproxy.records, source))
    if journal.is_exported(head):
        return RecordSource(source, "journal", partial(journal.records, source))
    if journal.is_verbose(head):
        return RecordSource(source, "journal", partial(journal.verbose_records, source))
    if ruby.is_shown(head):
        return RecordSource(source, "Ruby", partial(ruby.records, source))
    if flow_tuples.are_in(head):
        return RecordSource(source, "JSON", partial(flow_tuples.records, source))
    if property_lists.are_in(head):
        return RecordSource(source, "PowerShell", partial(property_lists.records, source))
    if yaml_documents.are_in(head):
        return RecordSource(source, "YAML", partial(yaml_documents.records, source))
    shape = shape_of(head)
    if shape is None:
        return tables.as_saved(source)
    return RecordSource(source, "JSON", partial(_json, source, shape))


# Most files have lines, and a scan that finds nothing new shall not load what reads the others.
def _parquet(path: str, outer: RecordSource) -> Iterator[bytes]:
    from shadow_scan.collectors.records import parquet

    return parquet.records(path, outer)


def _avro(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    from shadow_scan.collectors.records import avro

    return avro.records(source, outer)


def _json(source: ByteSource, shape: Shape, outer: RecordSource) -> Iterator[bytes]:
    from shadow_scan.collectors.records import json_documents

    return json_documents.records(source, shape, outer)


def behind_known(source: ByteSource, remembered: Iterable[Mapping[str, object]]) -> ByteSource:
    """A database from behind the row where an earlier reading of it ended; else the source.

    `remembered` are the resumptions of earlier readings.
    """
    if source.wrapping != _DATABASE:
        return source
    rows = [str(told[sqlite.ROW]) for told in remembered if sqlite.ROW in told]
    after = sqlite.last_known(source.name, rows)
    if after is None:
        return source
    return RecordSource(source, _DATABASE, partial(sqlite.records, source.name, after))
