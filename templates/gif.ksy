meta:
  id: gif
  title: GIF image (Graphics Interchange Format)
  file-extension: gif
  xref:
    mime: image/gif
    pronom: [fmt/3, fmt/4]
    wikidata: Q2192
  license: MIT
  endian: le
  bit-endian: be
doc: |
  A screen with an optional palette, then blocks: images, and extensions that control or describe them, up to the trailer.
  Everything of variable length is a chain of sub-blocks of up to 255 bytes that ends with an empty one.
doc-ref: https://www.w3.org/Graphics/GIF/spec-gif89a.txt Graphics Interchange Format, Version 89a
seq:
  - id: magic
    contents: GIF
    doc-ref: GIF89a, 17. Header
  - id: version
    type: str
    size: 3
    encoding: ASCII
    valid:
      any-of: ['"87a"', '"89a"']
  - id: screen
    type: screen
  - id: palette
    type: color
    repeat: expr
    repeat-expr: 2 << screen.palette_bits_less_1
    if: screen.has_palette
    doc-ref: GIF89a, 19. Global Color Table
  - id: blocks
    type: block
    repeat: until
    repeat-until: _.kind == block_kinds::trailer or _io.eof
types:
  screen:
    doc-ref: GIF89a, 18. Logical Screen Descriptor
    seq:
      - id: width
        type: u2
      - id: height
        type: u2
      - id: has_palette
        type: b1
      - id: color_resolution_less_1
        type: b3
        doc: Bits per primary color of the original image, less 1
      - id: is_palette_sorted
        type: b1
        doc: By importance, most important first
      - id: palette_bits_less_1
        type: b3
        doc: The palette has 2^(this + 1) colors
      - id: background
        type: u1
        doc: Palette index of what no image covers
      - id: pixel_aspect
        type: u1
        doc: 0 says nothing; else width to height is (this + 15) / 64
  color:
    seq:
      - id: red
        type: u1
      - id: green
        type: u1
      - id: blue
        type: u1
  block:
    seq:
      - id: kind
        type: u1
        enum: block_kinds
        valid:
          in-enum: true
      - id: body
        type:
          switch-on: kind
          cases:
            block_kinds::image: image
            block_kinds::extension: extension
  image:
    doc-ref: GIF89a, 20. Image Descriptor
    seq:
      - id: left
        type: u2
      - id: top
        type: u2
      - id: width
        type: u2
      - id: height
        type: u2
      - id: has_palette
        type: b1
      - id: is_interlaced
        type: b1
      - id: is_palette_sorted
        type: b1
      - id: reserved
        type: b2
      - id: palette_bits_less_1
        type: b3
      - id: palette
        type: color
        repeat: expr
        repeat-expr: 2 << palette_bits_less_1
        if: has_palette
        doc-ref: GIF89a, 21. Local Color Table
      - id: lzw_minimum_code_size
        type: u1
        doc-ref: GIF89a, 22. Table Based Image Data
      - id: data
        type: sub_blocks
        doc: Palette indices, LZW coded
  extension:
    seq:
      - id: label
        type: u1
        enum: labels
      - id: body
        type:
          switch-on: label
          cases:
            labels::graphic_control: graphic_control
            labels::application: application
            labels::comment: comment
            labels::plain_text: plain_text
            _: sub_blocks
  graphic_control:
    doc-ref: GIF89a, 23. Graphic Control Extension
    seq:
      - id: length
        type: u1
        valid: 4
      - id: reserved
        type: b3
      - id: disposal
        type: b3
        enum: disposals
      - id: waits_for_user
        type: b1
      - id: has_transparent_color
        type: b1
      - id: delay
        type: u2
        doc: Hundredths of a second
      - id: transparent_color
        type: u1
        doc: Palette index
      - id: terminator
        contents: [0]
  application:
    doc-ref: GIF89a, 26. Application Extension
    seq:
      - id: length
        type: u1
        valid: 11
      - id: identifier
        type: str
        size: 8
        encoding: ASCII
      - id: authentication
        type: str
        size: 3
        encoding: ASCII
      - id: looping
        type: looping
        if: is_looping
      - id: data
        type: sub_blocks
    instances:
      is_looping:
        value: >-
          (identifier == "NETSCAPE" and authentication == "2.0") or (identifier == "ANIMEXTS" and authentication == "1.0")
  looping:
    doc-ref: http://www.vurdalakov.net/misc/gif/netscape-looping-application-extension NETSCAPE2.0 Looping Application Extension
    seq:
      - id: length
        type: u1
        valid: 3
      - id: id
        type: u1
        valid: 1
      - id: count
        type: u2
        doc: Times that the animation is repeated; 0 for ever
  comment:
    doc-ref: GIF89a, 24. Comment Extension
    seq:
      - id: parts
        type: text_block
        repeat: until
        repeat-until: _.length == 0
  text_block:
    seq:
      - id: length
        type: u1
      - id: text
        type: str
        size: length
        encoding: ISO-8859-1
  plain_text:
    doc-ref: GIF89a, 25. Plain Text Extension
    seq:
      - id: length
        type: u1
        valid: 12
      - id: left
        type: u2
      - id: top
        type: u2
      - id: width
        type: u2
      - id: height
        type: u2
      - id: cell_width
        type: u1
      - id: cell_height
        type: u1
      - id: foreground
        type: u1
        doc: Palette index
      - id: background
        type: u1
      - id: text
        type: comment
  sub_blocks:
    doc-ref: GIF89a, 15. Data Sub-blocks
    seq:
      - id: items
        type: sub_block
        repeat: until
        repeat-until: _.length == 0
  sub_block:
    seq:
      - id: length
        type: u1
      - id: data
        size: length
enums:
  block_kinds:
    0x21: extension
    0x2c: image
    0x3b: trailer
  labels:
    0x01: plain_text
    0xf9: graphic_control
    0xfe: comment
    0xff: application
  disposals:
    0: unspecified
    1: keep
    2: restore_background
    3: restore_previous
