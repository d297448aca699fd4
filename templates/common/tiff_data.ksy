meta:
  id: tiff_data
  title: TIFF structure (as in Exif)
  license: MIT
doc: |
  A byte order, and directories (IFD) of tagged values that name each other's place. Places count from the start of this
  structure, wherever that lies in the file.
doc-ref:
  - https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf TIFF Revision 6.0, Section 2
  - https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2019-E CIPA DC-008 (Exif 2.32), 4.6
seq:
  - id: byte_order
    type: u2be
    enum: byte_orders
    valid:
      in-enum: true
  - id: content
    type: content(byte_order)
types:
  content:
    params:
      - id: byte_order
        type: u2
        enum: byte_orders
    meta:
      endian:
        switch-on: byte_order
        cases:
          byte_orders::little: le
          byte_orders::big: be
    seq:
      - id: version
        type: u2
        valid: 42
      - id: first_place
        type: u4
        doc: Of the first directory, from the byte order mark on
    instances:
      main:
        pos: first_place
        type: directory(_io, books::image)
        if: first_place != 0
        doc: 0th IFD, of the image itself
      thumbnail:
        pos: main.next_place
        type: directory(_io, books::image)
        if: first_place != 0 and main.next_place != 0
        doc: 1st IFD
    types:
      directory:
        doc-ref: TIFF 6.0, Section 2, Image File Directory
        params:
          - id: whole
            type: io
            doc: What the places count in
          - id: book
            type: u1
            enum: books
            doc: Which tags there are
        seq:
          - id: count
            type: u2
          - id: fields
            type: field(whole, book)
            size: 12
            repeat: expr
            repeat-expr: count
          - id: next_place
            type: u4
            doc: Of the next directory; 0 after the last
      field:
        doc-ref: TIFF 6.0, Section 2, IFD Entry
        params:
          - id: whole
            type: io
          - id: book
            type: u1
            enum: books
        seq:
          - id: tag
            type: u2
            enum: tags
            if: book == books::image
          - id: gps_tag
            type: u2
            enum: gps_tags
            if: book == books::gps
            doc-ref: DC-008, 4.6.6 GPS Attribute Information
          - id: interoperability_tag
            type: u2
            enum: interoperability_tags
            if: book == books::interoperability
            doc-ref: DC-008, 4.6.7 Interoperability
          - id: kind
            type: u2
            enum: kinds
          - id: count
            type: u4
            doc: Values, not bytes
          - id: place
            type: u4
            doc: Of the values; when they fit into four bytes they stand here instead
        instances:
          unit:
            value: >-
              kind == kinds::short or kind == kinds::s_short ? 2
              : kind == kinds::long or kind == kinds::s_long or kind == kinds::float or kind == kinds::ifd ? 4
              : kind == kinds::rational or kind == kinds::s_rational or kind == kinds::double ? 8
              : 1
            doc: Bytes of one value
          length:
            value: unit * count
          is_directory:
            value: 'book == books::image ? tag == tags::exif_ifd or tag == tags::gps_ifd or tag == tags::interoperability_ifd : false'
          near:
            pos: 8
            type: values(kind, count)
            if: length <= 4 and not is_directory
          far:
            io: whole
            pos: place
            size: length
            type: values(kind, count)
            if: length > 4
          directory:
            io: whole
            pos: place
            type: 'directory(whole, tag == tags::gps_ifd ? books::gps : tag == tags::interoperability_ifd ? books::interoperability : books::image)'
            if: is_directory
      values:
        params:
          - id: kind
            type: u2
            enum: kinds
          - id: count
            type: u4
        seq:
          - id: text
            type: strz
            size: count
            encoding: UTF-8
            if: kind == kinds::ascii
          - id: numbers
            type:
              switch-on: kind
              cases:
                kinds::byte: u1
                kinds::short: u2
                kinds::long: u4
                kinds::ifd: u4
                kinds::s_byte: s1
                kinds::s_short: s2
                kinds::s_long: s4
                kinds::float: f4
                kinds::double: f8
                kinds::rational: rational
                kinds::s_rational: s_rational
                _: u1
            repeat: expr
            repeat-expr: count
            if: kind != kinds::ascii and kind != kinds::undefined
          - id: data
            size: count
            if: kind == kinds::undefined
      rational:
        seq:
          - id: numerator
            type: u4
          - id: denominator
            type: u4
        instances:
          ratio:
            value: numerator * 1.0 / denominator
            if: denominator != 0
      s_rational:
        seq:
          - id: numerator
            type: s4
          - id: denominator
            type: s4
        instances:
          ratio:
            value: numerator * 1.0 / denominator
            if: denominator != 0
enums:
  byte_orders:
    0x4949: little
    0x4d4d: big
  kinds:
    1: byte
    2: ascii
    3: short
    4: long
    5: rational
    6: s_byte
    7: undefined
    8: s_short
    9: s_long
    10: s_rational
    11: float
    12: double
    13: ifd
  books:
    0: image
    1: gps
    2: interoperability
  gps_tags:
    0: version_id
    1: latitude_ref
    2: latitude
    3: longitude_ref
    4: longitude
    5: altitude_ref
    6: altitude
    7: time_stamp
    8: satellites
    9: status
    10: measure_mode
    11: dop
    12: speed_ref
    13: speed
    14: track_ref
    15: track
    16: img_direction_ref
    17: img_direction
    18: map_datum
    19: dest_latitude_ref
    20: dest_latitude
    21: dest_longitude_ref
    22: dest_longitude
    23: dest_bearing_ref
    24: dest_bearing
    25: dest_distance_ref
    26: dest_distance
    27: processing_method
    28: area_information
    29: date_stamp
    30: differential
    31: h_positioning_error
  interoperability_tags:
    0x0001: index
    0x0002: version
    0x1000: related_image_file_format
    0x1001: related_image_width
    0x1002: related_image_length
  tags:
    0x00fe: new_subfile_type
    0x0100: image_width
    0x0101: image_length
    0x0102: bits_per_sample
    0x0103: compression
    0x0106: photometric_interpretation
    0x010e: image_description
    0x010f: make
    0x0110: model
    0x0111: strip_offsets
    0x0112: orientation
    0x0115: samples_per_pixel
    0x0116: rows_per_strip
    0x0117: strip_byte_counts
    0x011a: x_resolution
    0x011b: y_resolution
    0x011c: planar_configuration
    0x0128: resolution_unit
    0x0131: software
    0x0132: date_time
    0x013b: artist
    0x013e: white_point
    0x013f: primary_chromaticities
    0x0140: color_map
    0x0201: jpeg_interchange_format
    0x0202: jpeg_interchange_format_length
    0x0211: ycbcr_coefficients
    0x0212: ycbcr_subsampling
    0x0213: ycbcr_positioning
    0x0214: reference_black_white
    0x8298: copyright
    0x829a: exposure_time
    0x829d: f_number
    0x8769: exif_ifd
    0x8822: exposure_program
    0x8825: gps_ifd
    0x8827: photographic_sensitivity
    0x8830: sensitivity_type
    0x9000: exif_version
    0x9003: date_time_original
    0x9004: date_time_digitized
    0x9010: offset_time
    0x9101: components_configuration
    0x9102: compressed_bits_per_pixel
    0x9201: shutter_speed
    0x9202: aperture
    0x9203: brightness
    0x9204: exposure_bias
    0x9205: max_aperture
    0x9206: subject_distance
    0x9207: metering_mode
    0x9208: light_source
    0x9209: flash
    0x920a: focal_length
    0x9214: subject_area
    0x927c: maker_note
    0x9286: user_comment
    0x9290: sub_sec_time
    0x9291: sub_sec_time_original
    0x9292: sub_sec_time_digitized
    0xa000: flashpix_version
    0xa001: color_space
    0xa002: pixel_x_dimension
    0xa003: pixel_y_dimension
    0xa005: interoperability_ifd
    0xa20e: focal_plane_x_resolution
    0xa20f: focal_plane_y_resolution
    0xa210: focal_plane_resolution_unit
    0xa217: sensing_method
    0xa300: file_source
    0xa301: scene_type
    0xa401: custom_rendered
    0xa402: exposure_mode
    0xa403: white_balance
    0xa404: digital_zoom_ratio
    0xa405: focal_length_in_35mm_film
    0xa406: scene_capture_type
    0xa408: contrast
    0xa409: saturation
    0xa40a: sharpness
    0xa420: image_unique_id
    0xa430: camera_owner_name
    0xa431: body_serial_number
    0xa432: lens_specification
    0xa433: lens_make
    0xa434: lens_model
