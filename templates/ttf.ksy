meta:
  id: ttf
  title: TrueType or OpenType font or collection
  file-extension: [ttf, otf, ttc, otc]
  xref:
    mime: [font/ttf, font/otf, font/collection]
    pronom: [x-fmt/453, fmt/520]
    wikidata: [Q751800, Q332457]
  license: MIT
  endian: be
  bit-endian: be
  encoding: ASCII
doc: A directory of tables, each with a name of four letters; a collection has several directories, which may share tables.
doc-ref: https://learn.microsoft.com/typography/opentype/spec/otff OpenType Font File
seq:
  - id: magic
    type: u4
    valid:
      any-of: [0x00010000, 0x4f54544f, 0x74727565, 0x74746366]
instances:
  kind:
    value: magic
    enum: kind
  is_collection:
    value: kind == kind::collection
  font:
    pos: 0
    type: font
    if: not is_collection
  collection:
    pos: 4
    type: collection
    if: is_collection
types:
  collection:
    doc-ref: OpenType Font File, Font Collections
    seq:
      - id: major
        type: u2
      - id: minor
        type: u2
      - id: num_fonts
        type: u4
      - id: fonts
        type: collected_font
        repeat: expr
        repeat-expr: num_fonts
      - id: signature_tag
        type: str
        size: 4
        if: major >= 2
      - id: signature_length
        type: u4
        if: major >= 2
      - id: signature_offset
        type: u4
        if: major >= 2
  collected_font:
    seq:
      - id: offset
        type: u4
    instances:
      font:
        pos: offset
        type: font
  table_probe:
    doc: Looks whether a table has this name
    params:
      - id: index
        type: u4
      - id: tag
        type: str
    instances:
      table:
        value: _parent.as<font>.tables[index]
      is_match:
        value: table.tag == tag
  font:
    doc-ref: OpenType Font File, Table Directory
    seq:
      - id: kind
        type: u4
        enum: kind
      - id: num_tables
        type: u2
      - id: search_range
        type: u2
        doc: For binary search
      - id: entry_selector
        type: u2
      - id: range_shift
        type: u2
      - id: tables
        type: table
        repeat: expr
        repeat-expr: num_tables
        doc: Sorted by their tags
    instances:
      head_probes:
        type: table_probe(_index, "head")
        repeat: until
        repeat-until: _.is_match or _index >= num_tables
        if: num_tables > 0
        doc: One table after the other, until one has the name; the same for the others
      hhea_probes:
        type: table_probe(_index, "hhea")
        repeat: until
        repeat-until: _.is_match or _index >= num_tables
        if: num_tables > 0
      maxp_probes:
        type: table_probe(_index, "maxp")
        repeat: until
        repeat-until: _.is_match or _index >= num_tables
        if: num_tables > 0
      loca_probes:
        type: table_probe(_index, "loca")
        repeat: until
        repeat-until: _.is_match or _index >= num_tables
        if: num_tables > 0
      glyf_probes:
        type: table_probe(_index, "glyf")
        repeat: until
        repeat-until: _.is_match or _index >= num_tables
        if: num_tables > 0
      head:
        value: head_probes.last.table.body.as<head>
        if: num_tables > 0 and head_probes.last.is_match
      hhea:
        value: hhea_probes.last.table.body.as<hhea>
        if: num_tables > 0 and hhea_probes.last.is_match
      maxp:
        value: maxp_probes.last.table.body.as<maxp>
        if: num_tables > 0 and maxp_probes.last.is_match
      has_glyphs:
        value: num_tables > 0 and loca_probes.last.is_match and glyf_probes.last.is_match and maxp_probes.last.is_match and head_probes.last.is_match
        doc: TrueType outlines; others are in the table CFF or CFF2
      glyphs:
        io: _root._io
        pos: loca_probes.last.table.offset
        type: glyph_place(_index, head.has_long_offsets, loca_probes.last.table.offset, glyf_probes.last.table.offset)
        repeat: expr
        repeat-expr: maxp.num_glyphs
        if: has_glyphs
        doc-ref: https://learn.microsoft.com/typography/opentype/spec/loca loca - Index to Location
  table:
    doc-ref: OpenType Font File, Table Record
    seq:
      - id: tag
        type: str
        size: 4
      - id: checksum
        type: u4
      - id: offset
        type: u4
        doc: From the start of the file
      - id: length
        type: u4
    instances:
      body:
        io: _root._io
        pos: offset
        size: length
        type:
          switch-on: tag
          cases:
            '"head"': head
            '"hhea"': hhea
            '"hmtx"': hmtx(_parent.hhea.num_metrics)
            '"maxp"': maxp
            '"name"': name_table
            '"cmap"': cmap
            '"OS/2"': os2
            '"post"': post
            '"kern"': kern
            '"GSUB"': layout_table
            '"GPOS"': layout_table
  head:
    doc-ref: https://learn.microsoft.com/typography/opentype/spec/head head - Font Header Table
    seq:
      - id: major
        type: u2
        valid: 1
      - id: minor
        type: u2
      - id: revision
        type: fixed
      - id: checksum_adjustment
        type: u4
        doc: Makes the sum of the whole file 0xb1b0afba
      - id: magic
        contents: [0x5f, 0x0f, 0x3c, 0xf5]
      - id: flags
        type: u2
      - id: units_per_em
        type: u2
        valid:
          min: 16
          max: 16384
      - id: created
        type: s8
        doc: Seconds since 1904-01-01
      - id: modified
        type: s8
      - id: x_min
        type: s2
      - id: y_min
        type: s2
      - id: x_max
        type: s2
      - id: y_max
        type: s2
      - id: style
        type: mac_style
      - id: smallest_readable_px
        type: u2
      - id: direction
        type: s2
      - id: offset_size
        type: s2
        doc: 0 for offsets of 2 bytes in `loca`, 1 for 4
      - id: glyph_format
        type: s2
    instances:
      has_long_offsets:
        value: offset_size != 0
  mac_style:
    seq:
      - id: reserved
        type: b9
      - id: extended
        type: b1
      - id: condensed
        type: b1
      - id: shadow
        type: b1
      - id: outline
        type: b1
      - id: underline
        type: b1
      - id: italic
        type: b1
      - id: bold
        type: b1
  fixed:
    doc: A number with 16 bits behind the point
    seq:
      - id: raw
        type: s4
    instances:
      value:
        value: raw / 65536.0
  hhea:
    doc-ref: https://learn.microsoft.com/typography/opentype/spec/hhea hhea - Horizontal Header Table
    seq:
      - id: major
        type: u2
      - id: minor
        type: u2
      - id: ascender
        type: s2
      - id: descender
        type: s2
      - id: line_gap
        type: s2
      - id: max_advance
        type: u2
      - id: min_left_bearing
        type: s2
      - id: min_right_bearing
        type: s2
      - id: max_extent
        type: s2
      - id: caret_rise
        type: s2
      - id: caret_run
        type: s2
      - id: caret_offset
        type: s2
      - id: reserved
        size: 8
      - id: metric_format
        type: s2
      - id: num_metrics
        type: u2
  hmtx:
    doc: Glyphs beyond the last metric have its advance
    doc-ref: https://learn.microsoft.com/typography/opentype/spec/hmtx hmtx - Horizontal Metrics Table
    params:
      - id: num_metrics
        type: u2
    seq:
      - id: metrics
        type: metric
        repeat: expr
        repeat-expr: num_metrics
      - id: left_bearings
        type: s2
        repeat: eos
  metric:
    seq:
      - id: advance
        type: u2
      - id: left_bearing
        type: s2
  maxp:
    doc-ref: https://learn.microsoft.com/typography/opentype/spec/maxp maxp - Maximum Profile
    seq:
      - id: version
        type: u4
        doc: 0x5000 with the number of glyphs alone, else 0x10000
      - id: num_glyphs
        type: u2
      - id: max_points
        type: u2
        if: version >= 0x10000
      - id: max_contours
        type: u2
        if: version >= 0x10000
      - id: max_composite_points
        type: u2
        if: version >= 0x10000
      - id: max_composite_contours
        type: u2
        if: version >= 0x10000
      - id: max_zones
        type: u2
        if: version >= 0x10000
      - id: max_twilight_points
        type: u2
        if: version >= 0x10000
      - id: max_storage
        type: u2
        if: version >= 0x10000
      - id: max_function_definitions
        type: u2
        if: version >= 0x10000
      - id: max_instruction_definitions
        type: u2
        if: version >= 0x10000
      - id: max_stack
        type: u2
        if: version >= 0x10000
      - id: max_instruction_bytes
        type: u2
        if: version >= 0x10000
      - id: max_components
        type: u2
        if: version >= 0x10000
      - id: max_component_depth
        type: u2
        if: version >= 0x10000
  name_table:
    doc-ref: https://learn.microsoft.com/typography/opentype/spec/name name - Naming Table
    seq:
      - id: version
        type: u2
      - id: num_names
        type: u2
      - id: ofs_texts
        type: u2
      - id: names
        type: name_record(ofs_texts)
        repeat: expr
        repeat-expr: num_names
      - id: num_languages
        type: u2
        if: version >= 1
      - id: languages
        type: language_record(ofs_texts)
        repeat: expr
        repeat-expr: num_languages
        if: version >= 1
  name_record:
    params:
      - id: ofs_texts
        type: u2
    seq:
      - id: platform
        type: u2
        enum: platform
      - id: encoding
        type: u2
      - id: language
        type: u2
      - id: name
        type: u2
        enum: name
      - id: length
        type: u2
      - id: offset
        type: u2
    instances:
      text:
        pos: ofs_texts + offset
        size: length
        type: str
        encoding: UTF-16BE
        if: platform != platform::macintosh
      mac_text:
        pos: ofs_texts + offset
        size: length
        type: str
        encoding: macintosh
        if: platform == platform::macintosh
        doc: As the Roman script has it
  language_record:
    params:
      - id: ofs_texts
        type: u2
    seq:
      - id: length
        type: u2
      - id: offset
        type: u2
    instances:
      tag:
        pos: ofs_texts + offset
        size: length
        type: str
        encoding: UTF-16BE
  cmap:
    doc-ref: https://learn.microsoft.com/typography/opentype/spec/cmap cmap - Character to Glyph Index Mapping Table
    seq:
      - id: version
        type: u2
      - id: num_encodings
        type: u2
      - id: encodings
        type: cmap_encoding
        repeat: expr
        repeat-expr: num_encodings
  cmap_encoding:
    seq:
      - id: platform
        type: u2
        enum: platform
      - id: encoding
        type: u2
        doc: With Windows 1 Unicode of 16 bits, 10 all of Unicode
      - id: offset
        type: u4
    instances:
      map:
        pos: offset
        type: cmap_subtable
  cmap_subtable:
    seq:
      - id: format
        type: u2
      - id: body
        type:
          switch-on: format
          cases:
            0: cmap_bytes
            4: cmap_segments
            6: cmap_trimmed
            12: cmap_groups
            13: cmap_groups
  cmap_bytes:
    doc: Format 0
    seq:
      - id: length
        type: u2
      - id: language
        type: u2
      - id: glyphs
        type: u1
        repeat: expr
        repeat-expr: 256
  cmap_segments:
    doc: Format 4
    seq:
      - id: length
        type: u2
      - id: language
        type: u2
      - id: num_segments_doubled
        type: u2
      - id: search_range
        type: u2
      - id: entry_selector
        type: u2
      - id: range_shift
        type: u2
      - id: last_codes
        type: u2
        repeat: expr
        repeat-expr: num_segments_doubled / 2
      - id: reserved
        type: u2
      - id: first_codes
        type: u2
        repeat: expr
        repeat-expr: num_segments_doubled / 2
      - id: deltas
        type: s2
        repeat: expr
        repeat-expr: num_segments_doubled / 2
        doc: To be added to a code for its glyph
      - id: range_offsets
        type: u2
        repeat: expr
        repeat-expr: num_segments_doubled / 2
        doc: Where not 0, how many bytes from here the glyphs of the segment lie
      - id: glyphs
        type: u2
        repeat: expr
        repeat-expr: 'length / 2 - 8 - num_segments_doubled * 2 < 0 ? 0 : length / 2 - 8 - num_segments_doubled * 2'
  cmap_trimmed:
    doc: Format 6
    seq:
      - id: length
        type: u2
      - id: language
        type: u2
      - id: first_code
        type: u2
      - id: num_codes
        type: u2
      - id: glyphs
        type: u2
        repeat: expr
        repeat-expr: num_codes
  cmap_groups:
    doc: Format 12; in format 13 all codes of a group have one glyph
    seq:
      - id: reserved
        type: u2
      - id: length
        type: u4
      - id: language
        type: u4
      - id: num_groups
        type: u4
      - id: groups
        type: cmap_group
        repeat: expr
        repeat-expr: num_groups
  cmap_group:
    seq:
      - id: first_code
        type: u4
      - id: last_code
        type: u4
      - id: first_glyph
        type: u4
  os2:
    doc-ref: https://learn.microsoft.com/typography/opentype/spec/os2 OS/2 - OS/2 and Windows Metrics Table
    seq:
      - id: version
        type: u2
      - id: average_width
        type: s2
      - id: weight
        type: u2
        doc: 400 regular, 700 bold
      - id: width
        type: u2
        enum: width
      - id: embedding
        type: embedding
      - id: subscript_x_size
        type: s2
      - id: subscript_y_size
        type: s2
      - id: subscript_x_offset
        type: s2
      - id: subscript_y_offset
        type: s2
      - id: superscript_x_size
        type: s2
      - id: superscript_y_size
        type: s2
      - id: superscript_x_offset
        type: s2
      - id: superscript_y_offset
        type: s2
      - id: strikeout_size
        type: s2
      - id: strikeout_position
        type: s2
      - id: family_class
        type: s2
      - id: panose
        size: 10
      - id: unicode_ranges
        type: u4
        repeat: expr
        repeat-expr: 4
      - id: vendor
        type: str
        size: 4
      - id: selection
        type: selection
      - id: first_char
        type: u2
      - id: last_char
        type: u2
      - id: typo_ascender
        type: s2
        if: not _io.eof
      - id: typo_descender
        type: s2
        if: not _io.eof
      - id: typo_line_gap
        type: s2
        if: not _io.eof
      - id: win_ascent
        type: u2
        if: not _io.eof
      - id: win_descent
        type: u2
        if: not _io.eof
      - id: code_pages
        type: u4
        repeat: expr
        repeat-expr: 2
        if: version >= 1
      - id: x_height
        type: s2
        if: version >= 2
      - id: cap_height
        type: s2
        if: version >= 2
      - id: default_char
        type: u2
        if: version >= 2
      - id: break_char
        type: u2
        if: version >= 2
      - id: max_context
        type: u2
        if: version >= 2
      - id: lower_optical_size
        type: u2
        if: version >= 5
        doc: In twentieths of a point
      - id: upper_optical_size
        type: u2
        if: version >= 5
  embedding:
    doc: What the licence allows; without a bit of usage the font may be installed
    seq:
      - id: reserved_1
        type: b6
      - id: bitmap_only
        type: b1
      - id: no_subsetting
        type: b1
      - id: reserved_2
        type: b4
      - id: editable
        type: b1
      - id: preview_and_print
        type: b1
      - id: restricted
        type: b1
      - id: reserved_3
        type: b1
  selection:
    seq:
      - id: reserved
        type: b6
      - id: oblique
        type: b1
      - id: weight_width_slope_only
        type: b1
      - id: use_typo_metrics
        type: b1
      - id: regular
        type: b1
      - id: bold
        type: b1
      - id: strikeout
        type: b1
      - id: outlined
        type: b1
      - id: negative
        type: b1
      - id: underscore
        type: b1
      - id: italic
        type: b1
  post:
    doc-ref: https://learn.microsoft.com/typography/opentype/spec/post post - PostScript Table
    seq:
      - id: version
        type: u4
        doc: 0x20000 where names of glyphs follow
      - id: italic_angle
        type: fixed
      - id: underline_position
        type: s2
      - id: underline_thickness
        type: s2
      - id: is_fixed_pitch
        type: u4
      - id: min_memory_type_42
        type: u4
      - id: max_memory_type_42
        type: u4
      - id: min_memory_type_1
        type: u4
      - id: max_memory_type_1
        type: u4
      - id: num_glyphs
        type: u2
        if: version == 0x20000
      - id: name_indexes
        type: u2
        repeat: expr
        repeat-expr: num_glyphs
        if: version == 0x20000
        doc: Below 258 a standard name of the Macintosh, above one of the names that follow
      - id: names
        type: pascal_text
        repeat: eos
        if: version == 0x20000
  pascal_text:
    seq:
      - id: length
        type: u1
      - id: text
        type: str
        size: length
  kern:
    doc-ref: https://learn.microsoft.com/typography/opentype/spec/kern kern - Kerning
    seq:
      - id: version
        type: u2
      - id: num_tables
        type: u2
      - id: tables
        size-eos: true
  layout_table:
    doc: Substitution or positioning of glyphs; scripts, features and lookups lie where the offsets say
    doc-ref: https://learn.microsoft.com/typography/opentype/spec/chapter2 OpenType Layout Common Table Formats
    seq:
      - id: major
        type: u2
      - id: minor
        type: u2
      - id: ofs_scripts
        type: u2
      - id: ofs_features
        type: u2
      - id: ofs_lookups
        type: u2
      - id: ofs_variations
        type: u4
        if: minor >= 1
    instances:
      scripts:
        pos: ofs_scripts
        type: tag_list
        if: ofs_scripts != 0
      features:
        pos: ofs_features
        type: tag_list
        if: ofs_features != 0
  tag_list:
    seq:
      - id: num_entries
        type: u2
      - id: entries
        type: tag_entry
        repeat: expr
        repeat-expr: num_entries
  tag_entry:
    seq:
      - id: tag
        type: str
        size: 4
      - id: offset
        type: u2
  glyph_place:
    doc: Where the outline of a glyph is, up to where the next begins; without length it is empty
    params:
      - id: index
        type: u4
      - id: is_long
        type: bool
      - id: ofs_loca
        type: u4
      - id: ofs_glyf
        type: u4
    seq:
      - id: told
        type:
          switch-on: is_long
          cases:
            true: u4
            false: u2
    instances:
      next_told:
        pos: 'ofs_loca + (index + 1) * (is_long ? 4 : 2)'
        type:
          switch-on: is_long
          cases:
            true: u4
            false: u2
      offset:
        value: 'is_long ? told : told * 2'
        doc: In the table glyf
      length:
        value: '(next_told - told) * (is_long ? 1 : 2)'
      glyph:
        pos: ofs_glyf + offset
        size: length
        type: glyph
        if: length > 0
  glyph:
    doc-ref: https://learn.microsoft.com/typography/opentype/spec/glyf glyf - Glyph Data
    seq:
      - id: num_contours
        type: s2
        doc: Negative for a glyph made of others
      - id: x_min
        type: s2
      - id: y_min
        type: s2
      - id: x_max
        type: s2
      - id: y_max
        type: s2
      - id: outline
        type: outline(num_contours)
        if: num_contours > 0
      - id: rest
        size-eos: true
        doc: Flags and coordinates, or the parts that it is made of
  outline:
    params:
      - id: num_contours
        type: s2
    seq:
      - id: last_points
        type: u2
        repeat: expr
        repeat-expr: num_contours
        doc: Of each contour
      - id: len_instructions
        type: u2
      - id: instructions
        size: len_instructions
enums:
  kind:
    0x00010000: truetype
    0x4f54544f: opentype_cff
    0x74727565: truetype_apple
    0x74746366: collection
  platform:
    0: unicode
    1: macintosh
    2: iso
    3: windows
    4: custom
  name:
    0: copyright
    1: family
    2: subfamily
    3: unique_id
    4: full_name
    5: version
    6: postscript_name
    7: trademark
    8: manufacturer
    9: designer
    10: description
    11: vendor_url
    12: designer_url
    13: license
    14: license_url
    16: typographic_family
    17: typographic_subfamily
    18: mac_full_name
    19: sample_text
    20: postscript_cid_name
    21: wws_family
    22: wws_subfamily
    23: light_palette
    24: dark_palette
    25: variations_postscript_prefix
  width:
    1: ultra_condensed
    2: extra_condensed
    3: condensed
    4: semi_condensed
    5: medium
    6: semi_expanded
    7: expanded
    8: extra_expanded
    9: ultra_expanded
