meta:
  id: sqlite3
  title: SQLite 3 database
  file-extension: [sqlite, sqlite3, db, db3, s3db, gpkg, mbtiles]
  xref:
    mime: application/vnd.sqlite3
    pronom: fmt/729
    loc: fdd000461
    wikidata: Q28600453
  license: MIT
  endian: be
  encoding: UTF-8
doc: |
  Pages of one size, of which the first begins with a header. Tables and indexes are trees of pages; the first page is the
  root of the table of all tables, indexes, views and triggers. Pages are numbered from 1: page N is element N - 1.
doc-ref: https://www.sqlite.org/fileformat2.html Database File Format
seq:
  - id: header
    type: header
instances:
  len_page:
    value: 'header.len_page_told == 1 ? 65536 : header.len_page_told'
  num_pages:
    value: _io.size / len_page
    if: len_page >= 512
  len_usable:
    value: len_page - header.len_reserved
    doc: Of each page
  pages:
    pos: 0
    type: page(_index)
    size: len_page
    repeat: expr
    repeat-expr: num_pages
    if: len_page >= 512
    doc: Also pages of free lists, of overflowing payload and of pointer maps, which look like any other
  schema:
    pos: 0
    type: page(0)
    size: len_page
    if: len_page >= 512
    doc: Root of the table sqlite_schema
types:
  header:
    doc-ref: Database File Format, 1.3 The Database Header
    seq:
      - id: magic
        contents: ["SQLite format 3", 0]
      - id: len_page_told
        type: u2
        doc: A power of 2 from 512 on; 1 stands for 65536
        valid:
          any-of: [1, 512, 1024, 2048, 4096, 8192, 16384, 32768]
      - id: write_version
        type: u1
        enum: journal_mode
      - id: read_version
        type: u1
        enum: journal_mode
      - id: len_reserved
        type: u1
        doc: Bytes at the end of each page that extensions use
      - id: max_payload_fraction
        type: u1
        valid: 64
      - id: min_payload_fraction
        type: u1
        valid: 32
      - id: leaf_payload_fraction
        type: u1
        valid: 32
      - id: change_counter
        type: u4
      - id: num_pages
        type: u4
        doc: Right only where `version_valid_for` is the change counter
      - id: first_free_trunk
        type: u4
        doc: Number of a page; 0 for none
      - id: num_free_pages
        type: u4
      - id: schema_cookie
        type: u4
        doc: Changes with each change of the schema
      - id: schema_format
        type: u4
      - id: default_cache_size
        type: s4
      - id: largest_root
        type: u4
        doc: Not 0 where pages of free lists are given back, with pages of pointer maps
      - id: text_encoding
        type: u4
        enum: text_encoding
      - id: user_version
        type: u4
        doc: For the application, PRAGMA user_version
      - id: incremental_vacuum
        type: u4
      - id: application_id
        type: u4
      - id: reserved
        size: 20
      - id: version_valid_for
        type: u4
      - id: sqlite_version
        type: u4
        doc: Of the library that wrote last, such as 3040001
  page:
    params:
      - id: index
        type: u4
    instances:
      kind:
        pos: ofs_header
        type: u1
        enum: page_kind
        doc: The first byte; without a name the page is no page of a tree
      ofs_header:
        value: 'index == 0 ? 100 : 0'
      is_tree_page:
        value: kind == page_kind::index_interior or kind == page_kind::table_interior or kind == page_kind::index_leaf or kind == page_kind::table_leaf
      tree_page:
        pos: ofs_header
        type: tree_page(ofs_header)
        if: is_tree_page
      free_trunk:
        pos: 0
        type: free_trunk
        if: index + 1 == _root.header.first_free_trunk
      bytes:
        pos: 0
        size-eos: true
  free_trunk:
    doc: First page of the list of free pages
    doc-ref: Database File Format, 1.5 The Freelist
    seq:
      - id: next
        type: u4
        doc: Number of a page; 0 for none
      - id: num_leaves
        type: u4
      - id: leaves
        type: u4
        repeat: expr
        repeat-expr: num_leaves
        doc: Numbers of free pages
  tree_page:
    doc-ref: Database File Format, 1.6 B-tree Pages
    params:
      - id: ofs_header
        type: u4
    seq:
      - id: kind
        type: u1
        enum: page_kind
      - id: first_free_block
        type: u2
        doc: 0 for none
      - id: num_cells
        type: u2
      - id: cells_start
        type: u2
        doc: 0 stands for 65536
      - id: num_fragmented_bytes
        type: u1
      - id: right_page
        type: u4
        if: is_interior
        doc: The child with the greatest keys
      - id: cell_pointers
        type: cell_pointer(kind)
        repeat: expr
        repeat-expr: num_cells
        doc: In the order of their keys
    instances:
      is_interior:
        value: kind == page_kind::index_interior or kind == page_kind::table_interior
  cell_pointer:
    params:
      - id: kind
        type: u1
        enum: page_kind
    seq:
      - id: offset
        type: u2
    instances:
      cell:
        pos: offset
        type:
          switch-on: kind
          cases:
            page_kind::table_leaf: table_leaf_cell
            page_kind::table_interior: table_interior_cell
            page_kind::index_leaf: index_leaf_cell
            page_kind::index_interior: index_interior_cell
  table_leaf_cell:
    doc-ref: Database File Format, 1.6, Table B-Tree Leaf Cell
    seq:
      - id: len_payload
        type: varint
      - id: row_id
        type: varint
      - id: payload
        size: len_here
        type: record
      - id: overflow_page
        type: u4
        if: len_here < len_payload.value
        doc: Where the payload goes on
    instances:
      most:
        value: _root.len_usable - 35
      least:
        value: (_root.len_usable - 12) * 32 / 255 - 23
      surplus:
        value: least + (len_payload.value - least) % (_root.len_usable - 4)
      len_here:
        value: 'len_payload.value <= most ? len_payload.value : surplus <= most ? surplus : least'
        doc: What of the payload is in this page
  table_interior_cell:
    seq:
      - id: left_page
        type: u4
        doc: The child whose keys go up to the one here
      - id: row_id
        type: varint
  index_leaf_cell:
    seq:
      - id: entry
        type: index_entry
  index_interior_cell:
    seq:
      - id: left_page
        type: u4
      - id: entry
        type: index_entry
  index_entry:
    doc-ref: Database File Format, 1.6, Index B-Tree Leaf Cell
    seq:
      - id: len_payload
        type: varint
      - id: payload
        size: len_here
        type: record
      - id: overflow_page
        type: u4
        if: len_here < len_payload.value
        doc: Where the payload goes on
    instances:
      most:
        value: (_root.len_usable - 12) * 64 / 255 - 23
      least:
        value: (_root.len_usable - 12) * 32 / 255 - 23
      surplus:
        value: least + (len_payload.value - least) % (_root.len_usable - 4)
      len_here:
        value: 'len_payload.value <= most ? len_payload.value : surplus <= most ? surplus : least'
        doc: What of the payload is in this page
  record:
    doc: A header with the type of each column, then the values; a long one is cut here and goes on in overflow pages
    doc-ref: Database File Format, 2.1 Record Format
    seq:
      - id: len_header
        type: varint
      - id: types
        type: column_types
        size: len_header.value - len_header.length
      - id: values
        type: column_value(types.types[_index].value)
        repeat: expr
        repeat-expr: types.types.size
        doc: Numbers beyond the end of the page are absent, texts and blobs cut
  column_types:
    seq:
      - id: types
        type: varint
        repeat: eos
  column_value:
    doc-ref: Database File Format, 2.1 Record Format, Serial Type Codes Of The Record Format
    params:
      - id: code
        type: u8
    seq:
      - id: integer_8
        type: s1
        if: code == 1 and not _io.eof
      - id: integer_16
        type: s2
        if: code == 2 and not _io.eof
      - id: integer_24
        type: b24
        if: code == 3 and not _io.eof
      - id: integer_32
        type: s4
        if: code == 4 and not _io.eof
      - id: integer_48
        type: b48
        if: code == 5 and not _io.eof
      - id: integer_64
        type: s8
        if: code == 6 and not _io.eof
      - id: real
        type: f8
        if: code == 7 and not _io.eof
      - id: blob
        size: '_io.size - _io.pos < (code - 12) / 2 ? _io.size - _io.pos : (code - 12) / 2'
        if: code >= 12 and code % 2 == 0
      - id: text_utf8
        type: str
        size: '_io.size - _io.pos < (code - 13) / 2 ? _io.size - _io.pos : (code - 13) / 2'
        if: code >= 13 and code % 2 == 1 and not is_utf16
      - id: text_utf16le
        type: str
        encoding: UTF-16LE
        size: '_io.size - _io.pos < (code - 13) / 2 ? _io.size - _io.pos : (code - 13) / 2'
        if: code >= 13 and code % 2 == 1 and _root.header.text_encoding == text_encoding::utf16le
      - id: text_utf16be
        type: str
        encoding: UTF-16BE
        size: '_io.size - _io.pos < (code - 13) / 2 ? _io.size - _io.pos : (code - 13) / 2'
        if: code >= 13 and code % 2 == 1 and _root.header.text_encoding == text_encoding::utf16be
    instances:
      is_null:
        value: code == 0
      constant:
        value: code - 8
        if: code == 8 or code == 9
        doc: 0 or 1, which take no bytes
      integer:
        value: 'code == 1 ? integer_8 : code == 2 ? integer_16 : code == 3 ? (integer_24 ^ 0x800000) - 0x800000 : code == 4 ? integer_32 : code == 5 ? (integer_48 ^ 0x800000000000) - 0x800000000000 : code == 6 ? integer_64 : code - 8'
        if: (code >= 1 and code <= 6) or code == 8 or code == 9
      is_utf16:
        value: _root.header.text_encoding == text_encoding::utf16le or _root.header.text_encoding == text_encoding::utf16be
  varint:
    doc: Seven bits in each byte, the highest first; the highest bit says that another follows; the ninth byte has eight bits
    doc-ref: Database File Format, 1.6, A variable-length integer or "varint"
    seq:
      - id: bytes
        type: u1
        repeat: until
        repeat-until: _ < 0x80 or _index == 9
    instances:
      length:
        value: bytes.size
        doc: In bytes
      value:
        value: 'length == 1 ? bytes[0] : length == 2 ? (bytes[0] & 127) << 7 | bytes[1] : length == 3 ? (bytes[0] & 127) << 14 | (bytes[1] & 127) << 7 | bytes[2] : length < 9 ? high_28 << (7 * (length - 4)) | low : signed'
      high_28:
        value: (bytes[0] & 127) << 21 | (bytes[1] & 127) << 14 | (bytes[2] & 127) << 7 | (bytes[3] & 127)
        if: length >= 4
      low:
        value: >-
          (length > 4 ? (bytes[4] & 127) << (7 * (length - 5)) : 0)
          | (length > 5 ? (bytes[5] & 127) << (7 * (length - 6)) : 0)
          | (length > 6 ? (bytes[6] & 127) << (7 * (length - 7)) : 0)
          | (length > 7 ? (bytes[7] & 127) : 0)
        if: length >= 4 and length < 9
      unsigned:
        value: high_28 << 36 | (bytes[4] & 127) << 29 | (bytes[5] & 127) << 22 | (bytes[6] & 127) << 15 | (bytes[7] & 127) << 8 | bytes[8]
        if: length == 9
      signed:
        value: 'unsigned >= 0x8000000000000000 ? unsigned - 0x10000000000000000 : unsigned'
        if: length == 9
        doc: Two's complement of 64 bits
enums:
  journal_mode:
    1: rollback
    2: write_ahead_log
  text_encoding:
    0: none_yet
    1: utf8
    2: utf16le
    3: utf16be
  page_kind:
    2: index_interior
    5: table_interior
    10: index_leaf
    13: table_leaf
