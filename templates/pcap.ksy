meta:
  id: pcap
  title: Packet capture (libpcap)
  file-extension: [pcap, cap, dmp]
  xref:
    mime: application/vnd.tcpdump.pcap
    wikidata: Q28206770
  license: MIT
  imports:
    - common/network_packet
doc: |
  A header, then packets one after another, each with its time and length. The byte order is that of the capturing machine;
  the magic number tells it, and whether times have micro- or nanoseconds.
doc-ref: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/ PCAP Capture File Format
seq:
  - id: magic
    type: u4be
    valid:
      any-of: [0xa1b2c3d4, 0xa1b23c4d, 0xd4c3b2a1, 0x4d3cb2a1]
  - id: capture
    type: capture
instances:
  variant:
    value: magic
    enum: variants
  is_nano:
    value: variant == variants::big_nano or variant == variants::little_nano
    doc: Fractions of seconds are nanoseconds, else microseconds
types:
  capture:
    meta:
      endian:
        switch-on: _root.variant
        cases:
          variants::big: be
          variants::big_nano: be
          variants::little: le
          variants::little_nano: le
    seq:
      - id: version_major
        type: u2
      - id: version_minor
        type: u2
      - id: zone
        type: s4
        doc: Once seconds to be added for UTC; always 0
      - id: accuracy
        type: u4
        doc: Of the times; always 0
      - id: max_length
        type: u4
        doc: Snapshot length, packets were cut to this
      - id: link_and_check
        type: u4
        doc: Link type in the lower 16 bits, above them the length of the frame check sequence
      - id: packets
        type: packet
        repeat: eos
    instances:
      link:
        value: link_and_check & 0xffff
        enum: link_types
  packet:
    meta:
      endian:
        switch-on: _root.variant
        cases:
          variants::big: be
          variants::big_nano: be
          variants::little: le
          variants::little_nano: le
    doc-ref: PCAP Capture File Format, 5. Packet Record
    seq:
      - id: seconds
        type: u4
        doc: Since 1970-01-01 UTC
      - id: fraction
        type: u4
        doc: Micro- or nanoseconds
      - id: length
        type: u4
        doc: Bytes that were kept
      - id: original_length
        type: u4
        doc: Bytes on the wire
      - id: content
        type: network_packet(_root.capture.link_and_check & 0xffff)
        size: length
enums:
  variants:
    0xa1b2c3d4: big
    0xa1b23c4d: big_nano
    0xd4c3b2a1: little
    0x4d3cb2a1: little_nano
  link_types:
    0: loopback
    1: ethernet
    6: token_ring
    9: ppp
    10: fddi
    12: raw
    14: raw_openbsd
    101: raw_ip
    105: ieee802_11
    113: linux_cooked
    119: prism
    127: ieee802_11_radiotap
    147: user_0
    187: bluetooth_hci_h4
    189: usb_linux
    192: ppi
    195: ieee802_15_4
    220: usb_linux_mmapped
    227: can
    228: ipv4
    229: ipv6
    239: nflog
    249: usbpcap
    251: bluetooth_le
    253: netlink
    276: linux_cooked_2
