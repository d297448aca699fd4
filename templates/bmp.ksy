meta:
  id: bmp
  title: BMP image (Windows and OS/2 bitmap)
  file-extension: [bmp, dib]
  xref:
    mime: image/bmp
    pronom: [fmt/114, fmt/115, fmt/116, fmt/117, fmt/118, fmt/119]
    rfc: 7903
    wikidata: Q192869
  license: MIT
  endian: le
  bit-endian: be
  encoding: ASCII
doc: |
  A file header, a DIB header whose first field tells which one it is, perhaps colour masks and a palette, then the pixels:
  rows padded to 4 bytes, the bottom row first unless the height is negative.
doc-ref:
  - https://learn.microsoft.com/windows/win32/gdi/bitmap-storage Bitmap Storage
  - https://www.fileformat.info/format/os2bmp/egff.htm OS/2 Bitmap
seq:
  - id: file_header
    type: file_header
  - id: len_dib_header
    type: u4
    valid:
      min: 12
    doc: |
      Bytes of the DIB header with this field: 12 BITMAPCOREHEADER, 40 BITMAPINFOHEADER, 52 and 56 the same with colour
      masks, 108 BITMAPV4HEADER, 124 BITMAPV5HEADER; any other from 16 to 64 is an OS/2 2 header, cut where it likes.
  - id: dib
    type: dib_header(len_dib_header)
    size: len_dib_header - 4
  - id: masks
    type: masks
    size: 'has_alpha_mask_behind ? 16 : 12'
    if: has_masks_behind
    doc: Only behind a header of 40 bytes; longer ones hold their masks
  - id: palette
    type: bgr_entry
    repeat: expr
    repeat-expr: num_palette
    if: is_core
  - id: palette_quads
    type: bgrx_entry
    repeat: expr
    repeat-expr: num_palette
    if: not is_core
instances:
  is_core:
    value: len_dib_header == 12
  is_os2:
    value: len_dib_header != 40 and len_dib_header != 52 and len_dib_header != 56 and len_dib_header <= 64
  bits_per_pixel:
    value: 'is_core ? dib.core_bits_per_pixel : dib.bits_per_pixel'
  width:
    value: 'is_core ? dib.core_width : dib.width'
  signed_height:
    value: 'is_core ? dib.core_height : dib.height'
  height:
    value: 'signed_height < 0 ? -signed_height : signed_height'
  is_top_down:
    value: signed_height < 0
  compression_code:
    value: 'is_os2 ? (len_dib_header < 20 ? 0 : dib.os2_compression.to_i) : dib.compression.to_i'
  has_alpha_mask_behind:
    value: compression_code == 6
  has_masks_behind:
    value: len_dib_header == 40 and (compression_code == 3 or compression_code == 6)
  is_uncompressed:
    value: compression_code == 0 or (not is_os2 and (compression_code == 3 or compression_code == 6))
  len_behind_header:
    value: 'file_header.ofs_pixels - 14 - len_dib_header - (has_masks_behind ? (has_alpha_mask_behind ? 16 : 12) : 0)'
    doc: What the file leaves for a palette
  max_palette:
    value: 'len_behind_header < 0 ? 0 : len_behind_header / (is_core ? 3 : 4)'
  num_palette_told:
    value: 'not is_core and len_dib_header >= 36 and dib.num_colors_used > 0 ? dib.num_colors_used : bits_per_pixel > 0 and bits_per_pixel <= 8 ? 1 << bits_per_pixel : 0'
  num_palette:
    value: 'num_palette_told < max_palette ? num_palette_told : max_palette'
    doc: Never more than fit before the pixels
  len_row:
    value: (width * bits_per_pixel + 31) / 32 * 4
    doc-ref: https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader Calculating Surface Stride
  rows:
    pos: file_header.ofs_pixels
    type: row
    size: len_row
    repeat: expr
    repeat-expr: height
    if: is_uncompressed
    doc: In the order of the file, from the bottom up unless `is_top_down`
  rle_codes:
    pos: file_header.ofs_pixels
    type: rle_code
    repeat: until
    repeat-until: _.is_end or _io.eof
    if: is_rle
  is_rle:
    value: compression_code == 1 or compression_code == 2 or (is_os2 and compression_code == 4)
  len_rle_unit:
    value: 'compression_code == 2 ? 4 : compression_code == 4 ? 24 : 8'
    doc: Bits of one pixel of a run-length code
  embedded_image:
    pos: file_header.ofs_pixels
    size-eos: true
    if: not is_uncompressed and not is_rle
    doc: A JPEG or PNG file, or another compressed image, as it is
  profile:
    pos: 14 + dib.ofs_profile
    size: dib.len_profile
    if: len_dib_header >= 124 and dib.color_space == color_space::profile_embedded
    doc: An ICC profile
  profile_file:
    pos: 14 + dib.ofs_profile
    size: dib.len_profile
    type: strz
    encoding: windows-1252
    if: len_dib_header >= 124 and dib.color_space == color_space::profile_linked
    doc: Path of a file with an ICC profile
types:
  file_header:
    doc-ref: https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapfileheader BITMAPFILEHEADER
    seq:
      - id: magic
        contents: BM
      - id: len_file
        type: u4
        doc: Often wrong, and nobody minds
      - id: reserved_1
        type: u2
        doc: Meant to be 0; the hot spot's column in OS/2
      - id: reserved_2
        type: u2
      - id: ofs_pixels
        type: u4
        doc: From the start of the file
  dib_header:
    params:
      - id: len
        type: u4
    seq:
      - id: core_width
        type: u2
        if: len == 12
        doc-ref: https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapcoreheader BITMAPCOREHEADER
      - id: core_height
        type: u2
        if: len == 12
      - id: core_num_planes
        type: u2
        if: len == 12
      - id: core_bits_per_pixel
        type: u2
        if: len == 12
      - id: width
        type: s4
        if: len >= 16
        doc-ref: https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader BITMAPINFOHEADER
      - id: height
        type: s4
        if: len >= 16
        doc: Negative where the top row comes first
      - id: num_planes
        type: u2
        valid: 1
        if: len >= 16
      - id: bits_per_pixel
        type: u2
        if: len >= 16
        doc: 0 where an embedded JPEG or PNG tells
      - id: compression
        type: u4
        enum: compression
        if: len >= 20 and not _root.is_os2
      - id: os2_compression
        type: u4
        enum: os2_compression
        if: len >= 20 and _root.is_os2
      - id: len_pixels
        type: u4
        if: len >= 24
        doc: May be 0 where nothing is compressed
      - id: pixels_per_meter_x
        type: s4
        if: len >= 28
      - id: pixels_per_meter_y
        type: s4
        if: len >= 32
      - id: num_colors_used
        type: u4
        if: len >= 36
        doc: Entries of the palette; 0 for as many as the depth allows
      - id: num_colors_important
        type: u4
        if: len >= 40
        doc: 0 for all
      - id: masks
        type: masks
        size: 'len >= 56 ? 16 : 12'
        if: len >= 52 and not _root.is_os2
        doc: Used with the compressions `bitfields` and `alpha_bitfields`
      - id: color_space
        type: u4
        enum: color_space
        if: len >= 108
        doc-ref: https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapv4header BITMAPV4HEADER
      - id: endpoints
        type: ciexyz
        repeat: expr
        repeat-expr: 3
        if: len >= 108
        doc: Of red, green and blue; used with calibrated RGB alone
      - id: gamma
        type: u4
        repeat: expr
        repeat-expr: 3
        if: len >= 108
        doc: Of red, green and blue, in units of 1/65536
      - id: intent
        type: u4
        enum: intent
        if: len >= 124
        doc-ref: https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapv5header BITMAPV5HEADER
      - id: ofs_profile
        type: u4
        if: len >= 124
        doc: From the start of the DIB header
      - id: len_profile
        type: u4
        if: len >= 124
      - id: reserved
        type: u4
        if: len >= 124
      - id: os2
        type: os2_tail
        size-eos: true
        if: len > 40 and _root.is_os2
      - id: rest
        size-eos: true
        if: len > 124
  os2_tail:
    doc-ref: https://www.fileformat.info/format/os2bmp/egff.htm OS/2 Bitmap, OS22XBITMAPHEADER
    seq:
      - id: units
        type: u2
        doc: 0 for pixels per metre
        if: not _io.eof
      - id: reserved
        type: u2
        if: not _io.eof
      - id: recording
        type: u2
        doc: 0 for rows from the bottom up
        if: not _io.eof
      - id: halftoning
        type: u2
        enum: halftoning
        if: not _io.eof
      - id: halftoning_1
        type: u4
        if: not _io.eof
      - id: halftoning_2
        type: u4
        if: not _io.eof
      - id: color_encoding
        type: u4
        doc: 0 for RGB
        if: not _io.eof
      - id: identifier
        type: u4
        doc: For the application
        if: not _io.eof
    enums:
      halftoning:
        0: none
        1: error_diffusion
        2: panda
        3: super_circle
  masks:
    doc: Which bits of a pixel belong to a colour
    seq:
      - id: red
        type: u4
      - id: green
        type: u4
      - id: blue
        type: u4
      - id: alpha
        type: u4
        if: not _io.eof
  ciexyz:
    doc: CIE coordinates as fixed point numbers with 30 bits behind the point
    seq:
      - id: x
        type: s4
      - id: y
        type: s4
      - id: z
        type: s4
  bgr_entry:
    seq:
      - id: blue
        type: u1
      - id: green
        type: u1
      - id: red
        type: u1
  bgrx_entry:
    doc-ref: https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-rgbquad RGBQUAD
    seq:
      - id: blue
        type: u1
      - id: green
        type: u1
      - id: red
        type: u1
      - id: other
        type: u1
        doc: 0 in a palette; alpha in some pixels of 32 bits
  row:
    seq:
      - id: bits
        type: b1
        repeat: expr
        repeat-expr: _root.width
        if: _root.bits_per_pixel == 1
      - id: pairs
        type: b2
        repeat: expr
        repeat-expr: _root.width
        if: _root.bits_per_pixel == 2
      - id: nibbles
        type: b4
        repeat: expr
        repeat-expr: _root.width
        if: _root.bits_per_pixel == 4
      - id: indexes
        type: u1
        repeat: expr
        repeat-expr: _root.width
        if: _root.bits_per_pixel == 8
      - id: words
        type: u2
        repeat: expr
        repeat-expr: _root.width
        if: _root.bits_per_pixel == 16
        doc: 5 bits of red, green and blue each below an unused one, unless masks say otherwise
      - id: colors
        type: bgr_entry
        repeat: expr
        repeat-expr: _root.width
        if: _root.bits_per_pixel == 24
      - id: quads
        type: bgrx_entry
        repeat: expr
        repeat-expr: _root.width
        if: _root.bits_per_pixel == 32 and _root.compression_code == 0
      - id: masked
        type: u4
        repeat: expr
        repeat-expr: _root.width
        if: _root.bits_per_pixel == 32 and _root.compression_code != 0
        doc: See the masks
      - id: padding
        size-eos: true
  rle_code:
    doc: A run of one colour, or, with a length of 0, an escape
    doc-ref: https://learn.microsoft.com/windows/win32/gdi/bitmap-compression Bitmap Compression
    seq:
      - id: length
        type: u1
        doc: Pixels; 0 for an escape
      - id: color
        size: '_root.len_rle_unit / 8 + (_root.len_rle_unit == 4 ? 1 : 0)'
        if: length > 0
        doc: One pixel, or two of 4 bits that take turns
      - id: escape
        type: u1
        if: length == 0
        doc: 0 end of row, 1 end of image, 2 move, otherwise that many pixels as they are
      - id: move_right
        type: u1
        if: length == 0 and escape == 2
      - id: move_up
        type: u1
        if: length == 0 and escape == 2
      - id: literal
        size: (escape * _root.len_rle_unit + 7) / 8
        if: length == 0 and escape > 2
      - id: padding
        size: (escape * _root.len_rle_unit + 7) / 8 % 2
        if: length == 0 and escape > 2
        doc: To a multiple of 2 bytes
    instances:
      is_end:
        value: length == 0 and escape == 1
enums:
  compression:
    0: rgb
    1: rle8
    2: rle4
    3: bitfields
    4: jpeg
    5: png
    6: alpha_bitfields
    11: cmyk
    12: cmyk_rle8
    13: cmyk_rle4
  os2_compression:
    0: none
    1: rle8
    2: rle4
    3: huffman_1d
    4: rle24
  color_space:
    0: calibrated_rgb
    0x73524742: srgb
    0x57696e20: windows
    0x4c494e4b: profile_linked
    0x4d424544: profile_embedded
  intent:
    1: saturation
    2: relative_colorimetric
    4: perceptual
    8: absolute_colorimetric
