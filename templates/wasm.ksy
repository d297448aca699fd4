meta:
  id: wasm
  title: WebAssembly module
  file-extension: wasm
  xref:
    mime: application/wasm
    pronom: fmt/1437
    wikidata: Q20155677
  license: MIT
  endian: le
  encoding: UTF-8
  imports:
    - common/leb128
doc: A signature, a version, and sections, each with an id and its length. Most numbers are LEB128.
doc-ref: https://webassembly.github.io/spec/core/binary/index.html WebAssembly Core Specification, 5 Binary Format
seq:
  - id: magic
    contents: [0, asm]
    doc-ref: WebAssembly Core, 5.5.16 Modules
  - id: version
    type: u4
    valid: 1
    doc: Components have another one
  - id: sections
    type: section
    repeat: eos
types:
  section:
    doc-ref: WebAssembly Core, 5.5.2 Sections
    seq:
      - id: id
        type: u1
        enum: section_id
      - id: length
        type: leb128
      - id: body
        size: length.value
        type:
          switch-on: id
          cases:
            section_id::custom: custom_section
            section_id::types: type_section
            section_id::imports: import_section
            section_id::functions: index_section
            section_id::tables: table_section
            section_id::memories: memory_section
            section_id::globals: global_section
            section_id::exports: export_section
            section_id::start: start_section
            section_id::elements: element_section
            section_id::code: code_section
            section_id::data: data_section
            section_id::data_count: start_section
            section_id::tags: tag_section
  name:
    doc-ref: WebAssembly Core, 5.2.4 Names
    seq:
      - id: length
        type: leb128
      - id: text
        type: str
        size: length.value
  custom_section:
    seq:
      - id: name
        type: name
      - id: body
        size-eos: true
        type:
          switch-on: name.text
          cases:
            '"name"': name_section
            '"producers"': producers
  name_section:
    doc: Names for debuggers
    doc-ref: WebAssembly Core, 7.4.1 Name Section
    seq:
      - id: subsections
        type: name_subsection
        repeat: eos
  name_subsection:
    seq:
      - id: id
        type: u1
        enum: name_subsection_id
      - id: length
        type: leb128
      - id: body
        size: length.value
        type:
          switch-on: id
          cases:
            name_subsection_id::module: name
            name_subsection_id::functions: name_map
            name_subsection_id::types: name_map
            name_subsection_id::tables: name_map
            name_subsection_id::memories: name_map
            name_subsection_id::globals: name_map
            name_subsection_id::elements: name_map
            name_subsection_id::data: name_map
            name_subsection_id::tags: name_map
            name_subsection_id::locals: indirect_name_map
            name_subsection_id::labels: indirect_name_map
  name_map:
    seq:
      - id: num_names
        type: leb128
      - id: names
        type: indexed_name
        repeat: expr
        repeat-expr: num_names.value
  indexed_name:
    seq:
      - id: index
        type: leb128
      - id: name
        type: name
  indirect_name_map:
    seq:
      - id: num_maps
        type: leb128
      - id: maps
        type: indexed_name_map
        repeat: expr
        repeat-expr: num_maps.value
  indexed_name_map:
    seq:
      - id: index
        type: leb128
      - id: map
        type: name_map
  producers:
    doc-ref: https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md Producers Section
    seq:
      - id: num_fields
        type: leb128
      - id: fields
        type: producers_field
        repeat: expr
        repeat-expr: num_fields.value
  producers_field:
    seq:
      - id: name
        type: name
      - id: num_values
        type: leb128
      - id: values
        type: producer
        repeat: expr
        repeat-expr: num_values.value
  producer:
    seq:
      - id: name
        type: name
      - id: version
        type: name
  type_section:
    seq:
      - id: num_types
        type: leb128
      - id: types
        type: function_type
        repeat: expr
        repeat-expr: num_types.value
  function_type:
    doc-ref: WebAssembly Core, 5.3.6 Function Types
    seq:
      - id: form
        type: u1
        enum: type_form
        valid: type_form::function
        doc: Structs, arrays and recursive groups are not taken apart here
      - id: num_parameters
        type: leb128
      - id: parameters
        type: value_type
        repeat: expr
        repeat-expr: num_parameters.value
      - id: num_results
        type: leb128
      - id: results
        type: value_type
        repeat: expr
        repeat-expr: num_results.value
  value_type:
    doc-ref: WebAssembly Core, 5.3.5 Value Types
    seq:
      - id: code
        type: u1
        enum: value_kind
      - id: heap_type
        type: leb128
        if: code == value_kind::reference or code == value_kind::nullable_reference
        doc: As a signed number, negative for the types that have a name
  limits:
    doc-ref: WebAssembly Core, 5.3.8 Limits
    seq:
      - id: flags
        type: u1
        doc: 1 has a maximum, 2 shared between threads, 4 addresses of 64 bits
      - id: minimum
        type: leb128
      - id: maximum
        type: leb128
        if: flags & 1 != 0
  table_type:
    seq:
      - id: element
        type: value_type
      - id: limits
        type: limits
  global_type:
    seq:
      - id: type
        type: value_type
      - id: is_mutable
        type: u1
        valid:
          max: 1
  tag_type:
    seq:
      - id: attribute
        type: u1
      - id: type_index
        type: leb128
  import_section:
    seq:
      - id: num_imports
        type: leb128
      - id: imports
        type: import
        repeat: expr
        repeat-expr: num_imports.value
  import:
    doc-ref: WebAssembly Core, 5.5.5 Import Section
    seq:
      - id: module
        type: name
      - id: name
        type: name
      - id: kind
        type: u1
        enum: external_kind
      - id: description
        type:
          switch-on: kind
          cases:
            external_kind::function: leb128
            external_kind::table: table_type
            external_kind::memory: limits
            external_kind::global: global_type
            external_kind::tag: tag_type
  index_section:
    doc: For each function of the code section the index of its type
    seq:
      - id: num_indexes
        type: leb128
      - id: indexes
        type: leb128
        repeat: expr
        repeat-expr: num_indexes.value
  table_section:
    seq:
      - id: num_tables
        type: leb128
      - id: tables
        type: table
        repeat: expr
        repeat-expr: num_tables.value
  table:
    doc-ref: WebAssembly Core, 5.5.7 Table Section
    seq:
      - id: element
        type: value_type
      - id: reserved
        contents: [0]
        if: element.code == value_kind::with_filling
      - id: filled_type
        type: table_type
        if: element.code == value_kind::with_filling
      - id: filling
        type: expression
        if: element.code == value_kind::with_filling
        doc: What all elements are at first
      - id: limits
        type: limits
        if: element.code != value_kind::with_filling
  memory_section:
    seq:
      - id: num_memories
        type: leb128
      - id: memories
        type: limits
        repeat: expr
        repeat-expr: num_memories.value
        doc: In pages of 64 KiB
  global_section:
    seq:
      - id: num_globals
        type: leb128
      - id: globals
        type: global
        repeat: expr
        repeat-expr: num_globals.value
  global:
    seq:
      - id: type
        type: global_type
      - id: initial
        type: expression
  export_section:
    seq:
      - id: num_exports
        type: leb128
      - id: exports
        type: export
        repeat: expr
        repeat-expr: num_exports.value
  export:
    doc-ref: WebAssembly Core, 5.5.10 Export Section
    seq:
      - id: name
        type: name
      - id: kind
        type: u1
        enum: external_kind
      - id: index
        type: leb128
  start_section:
    doc: The index of the function that starts; in the data count section a number
    seq:
      - id: value
        type: leb128
  element_section:
    seq:
      - id: num_segments
        type: leb128
      - id: segments
        type: element_segment
        repeat: expr
        repeat-expr: num_segments.value
  element_segment:
    doc-ref: WebAssembly Core, 5.5.12 Element Section
    seq:
      - id: flags
        type: leb128
        valid:
          expr: _.value < 8
        doc: 1 passive or declarative, 2 with a table or declarative, 4 with expressions
      - id: table_index
        type: leb128
        if: flags.value == 2 or flags.value == 6
      - id: offset
        type: expression
        if: flags.value & 1 == 0
      - id: element_kind
        type: u1
        if: flags.value >= 1 and flags.value <= 3
        doc: 0 for functions
      - id: element_type
        type: value_type
        if: flags.value >= 5
      - id: num_elements
        type: leb128
      - id: function_indexes
        type: leb128
        repeat: expr
        repeat-expr: num_elements.value
        if: flags.value & 4 == 0
      - id: expressions
        type: expression
        repeat: expr
        repeat-expr: num_elements.value
        if: flags.value & 4 != 0
  code_section:
    seq:
      - id: num_functions
        type: leb128
      - id: functions
        type: function_code
        repeat: expr
        repeat-expr: num_functions.value
  function_code:
    doc-ref: WebAssembly Core, 5.5.13 Code Section
    seq:
      - id: length
        type: leb128
      - id: body
        type: function_body
        size: length.value
  function_body:
    seq:
      - id: num_locals
        type: leb128
      - id: locals
        type: local
        repeat: expr
        repeat-expr: num_locals.value
      - id: code
        size-eos: true
        doc: Instructions, the last of which is 0x0b
  local:
    seq:
      - id: count
        type: leb128
      - id: type
        type: value_type
  data_section:
    seq:
      - id: num_segments
        type: leb128
      - id: segments
        type: data_segment
        repeat: expr
        repeat-expr: num_segments.value
  data_segment:
    doc-ref: WebAssembly Core, 5.5.14 Data Section
    seq:
      - id: flags
        type: leb128
        valid:
          expr: _.value < 3
        doc: 1 passive, 2 with a memory
      - id: memory_index
        type: leb128
        if: flags.value == 2
      - id: offset
        type: expression
        if: flags.value != 1
      - id: length
        type: leb128
      - id: bytes
        size: length.value
  tag_section:
    seq:
      - id: num_tags
        type: leb128
      - id: tags
        type: tag_type
        repeat: expr
        repeat-expr: num_tags.value
  expression:
    doc: Constant instructions up to the one that ends
    doc-ref: WebAssembly Core, 5.4.9 Expressions
    seq:
      - id: instructions
        type: instruction
        repeat: until
        repeat-until: _.code == opcode::end
  instruction:
    seq:
      - id: code
        type: u1
        enum: opcode
        valid:
          in-enum: true
      - id: operand
        type:
          switch-on: code
          cases:
            opcode::i32_const: leb128
            opcode::i64_const: leb128
            opcode::f32_const: f4
            opcode::f64_const: f8
            opcode::global_get: leb128
            opcode::ref_null: leb128
            opcode::ref_func: leb128
            opcode::vector: vector_operand
        if: 'code != opcode::end and not (code.to_i >= 0x6a and code.to_i <= 0x7e)'
        doc: Integers are signed
  vector_operand:
    seq:
      - id: code
        type: leb128
      - id: value
        size: 16
        if: code.value == 12
        doc: v128.const
enums:
  section_id:
    0: custom
    1: types
    2: imports
    3: functions
    4: tables
    5: memories
    6: globals
    7: exports
    8: start
    9: elements
    10: code
    11: data
    12: data_count
    13: tags
  name_subsection_id:
    0: module
    1: functions
    2: locals
    3: labels
    4: types
    5: tables
    6: memories
    7: globals
    8: elements
    9: data
    10: fields
    11: tags
  type_form:
    0x4e: recursive_group
    0x4f: final_subtype
    0x50: subtype
    0x5e: array
    0x5f: struct
    0x60: function
  value_kind:
    0x40: with_filling
    0x7f: i32
    0x7e: i64
    0x7d: f32
    0x7c: f64
    0x7b: v128
    0x70: funcref
    0x6f: externref
    0x6e: anyref
    0x6d: eqref
    0x6c: i31ref
    0x6b: structref
    0x6a: arrayref
    0x69: exnref
    0x64: reference
    0x63: nullable_reference
  external_kind:
    0: function
    1: table
    2: memory
    3: global
    4: tag
  opcode:
    0x0b: end
    0x23: global_get
    0x41: i32_const
    0x42: i64_const
    0x43: f32_const
    0x44: f64_const
    0x6a: i32_add
    0x6b: i32_sub
    0x6c: i32_mul
    0x7c: i64_add
    0x7d: i64_sub
    0x7e: i64_mul
    0xd0: ref_null
    0xd2: ref_func
    0xfd: vector
