meta:
  id: dfu
  title: USB device firmware (DFU suffix, DfuSe)
  file-extension: [dfu, dfuse]
  license: MIT
  endian: le
  bit-endian: le
doc: |
  A firmware file for the USB Device Firmware Upgrade class ends in a suffix of 16 bytes that says which device it is for;
  before it stands the firmware as it is. Files of ST's DfuSe tools also begin with a prefix, and their firmware is a list
  of images, one for each target, each of elements with an address.
doc-ref:
  - https://www.usb.org/sites/default/files/DFU_1.1.pdf USB Device Firmware Upgrade Specification 1.1, Appendix B
  - https://dfu-util.sourceforge.net/UM0391.pdf ST UM0391, DfuSe File Format Specification
instances:
  suffix:
    pos: _io.size - 16
    type: suffix
    size: 16
  signature:
    pos: 0
    size: 5
    if: _io.size >= 5
  is_dfuse:
    value: 'signature == [0x44, 0x66, 0x75, 0x53, 0x65]'
    if: _io.size >= 5
  dfuse:
    pos: 0
    size: _io.size - 16
    type: dfuse
    if: is_dfuse
  firmware:
    pos: 0
    size: _io.size - suffix.length
    if: not is_dfuse
types:
  suffix:
    doc-ref: DFU 1.1, Table B.1. Its fields are named from the end of the file backwards there
    seq:
      - id: device_version
        type: u2
        doc: bcdDevice; 0xffff fits any
      - id: product
        type: u2
        doc: idProduct; 0xffff fits any
      - id: vendor
        type: u2
        doc: idVendor; 0xffff fits any
      - id: specification
        type: u2
        enum: specifications
        doc: bcdDFU
      - id: magic
        contents: UFD
        doc: ucDfuSignature, "DFU" read from the end
      - id: length
        type: u1
        valid:
          min: 16
        doc: bLength, of this suffix with what a later version may put before it
      - id: crc32
        type: u4
        doc: dwCRC over all of the file before this field; as in zlib but without the last complement
  dfuse:
    doc-ref: UM0391, 2
    seq:
      - id: prefix
        type: prefix
      - id: images
        type: image
        repeat: expr
        repeat-expr: prefix.image_count
  prefix:
    doc-ref: UM0391, 2.1
    seq:
      - id: magic
        contents: DfuSe
        doc: szSignature
      - id: version
        type: u1
        valid: 1
      - id: file_size
        type: u4
        doc: DFUImageSize, bytes of the file without its suffix
      - id: image_count
        type: u1
        doc: bTargets
  image:
    doc-ref: UM0391, 2.3.1 and 2.3.2
    seq:
      - id: magic
        contents: Target
        doc: szSignature
      - id: alternate_setting
        type: u1
      - id: is_named
        type: u4
      - id: name
        type: strz
        size: 255
        encoding: ISO-8859-1
        doc: szTargetName; says something only when `is_named`
      - id: length
        type: u4
        doc: dwTargetSize, of all elements with their headers
      - id: element_count
        type: u4
      - id: elements
        type: elements(element_count)
        size: length
  elements:
    params:
      - id: count
        type: u4
    seq:
      - id: items
        type: element
        repeat: expr
        repeat-expr: count
  element:
    doc-ref: UM0391, 2.3.3
    seq:
      - id: address
        type: u4
        doc: dwElementAddress, where in the target's memory the data goes
      - id: length
        type: u4
      - id: data
        size: length
enums:
  specifications:
    0x0100: dfu_1_0
    0x0110: dfu_1_1
    0x011a: dfuse_1_1a
