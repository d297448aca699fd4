meta:
  id: leb128
  title: LEB128, integers of variable length
  license: MIT
  bit-endian: be
doc: Seven bits in each byte, the lowest first; the highest bit of a byte says that another follows. At most 10 bytes.
doc-ref: https://dwarfstd.org/doc/DWARF5.pdf DWARF 5, 7.6 Variable Length Data
seq:
  - id: groups
    type: group
    repeat: until
    repeat-until: not _.more or _index == 10
instances:
  length:
    value: groups.size
    doc: In bytes
  value:
    value: >-
      groups[0].bits
      + (length > 1 ? groups[1].bits << 7 : 0)
      + (length > 2 ? groups[2].bits << 14 : 0)
      + (length > 3 ? groups[3].bits << 21 : 0)
      + (length > 4 ? groups[4].bits << 28 : 0)
      + (length > 5 ? groups[5].bits << 35 : 0)
      + (length > 6 ? groups[6].bits << 42 : 0)
      + (length > 7 ? groups[7].bits << 49 : 0)
      + (length > 8 ? groups[8].bits << 56 : 0)
      + (length > 9 ? (groups[9].bits & 1) << 63 : 0)
    doc: Read as an unsigned number of up to 64 bits
  signed:
    value: 'groups.last.bits < 64 and length < 10 or length == 10 and groups[9].bits & 1 == 0 ? value : value - (1 << (length == 10 ? 64 : length * 7))'
    doc: Read as a signed number of up to 64 bits
types:
  group:
    seq:
      - id: more
        type: b1
      - id: bits
        type: b7
