meta:
  id: java_class
  title: Java class file
  file-extension: class
  xref:
    mime: application/java-vm
    pronom: x-fmt/415
    wikidata: Q2193155
  license: MIT
  endian: be
  bit-endian: be
  encoding: UTF-8
doc: |
  A pool of constants, which everything else names by number, then the class with its fields, methods and attributes.
  Texts are in a modified UTF-8, which differs for U+0000 and beyond U+FFFF.
doc-ref: https://docs.oracle.com/javase/specs/jvms/se21/html/jvms-4.html JVM Specification 21, chapter 4
seq:
  - id: magic
    contents: [0xca, 0xfe, 0xba, 0xbe]
  - id: minor
    type: u2
    doc: 0xffff where preview features are used
  - id: major
    type: u2
    valid:
      any-of: [45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80]
    doc: Universal Mach-O files begin like this, too, and have a small number here
  - id: num_constants
    type: u2
    doc: One more than there are; the first one has the number 1
  - id: constants
    type: constant(_index != 0 and constants[_index - 1].is_wide)
    repeat: expr
    repeat-expr: 'num_constants < 1 ? 0 : num_constants - 1'
    doc: Constant N is element N - 1
    doc-ref: JVMS 4.4 The Constant Pool
  - id: access
    type: class_access
  - id: this_class
    type: u2
  - id: super_class
    type: u2
    doc: 0 for java.lang.Object alone
  - id: num_interfaces
    type: u2
  - id: interfaces
    type: u2
    repeat: expr
    repeat-expr: num_interfaces
  - id: num_fields
    type: u2
  - id: fields
    type: field
    repeat: expr
    repeat-expr: num_fields
  - id: num_methods
    type: u2
  - id: methods
    type: method
    repeat: expr
    repeat-expr: num_methods
  - id: num_attributes
    type: u2
  - id: attributes
    type: attribute
    repeat: expr
    repeat-expr: num_attributes
instances:
  version:
    value: major
    enum: version
  name:
    value: constants[this_class - 1].body.as<class_constant>.name
  super_name:
    value: constants[super_class - 1].body.as<class_constant>.name
    if: super_class != 0
types:
  constant:
    params:
      - id: is_second
        type: bool
        doc: Long and double numbers take two places, of which the second is empty
    seq:
      - id: tag
        type: u1
        enum: tag
        if: not is_second
      - id: body
        type:
          switch-on: tag
          cases:
            tag::utf8: utf8_constant
            tag::integer: integer_constant
            tag::float: float_constant
            tag::long: long_constant
            tag::double: double_constant
            tag::class: class_constant
            tag::string: string_constant
            tag::field: member_constant
            tag::method: member_constant
            tag::interface_method: member_constant
            tag::name_and_type: name_and_type_constant
            tag::method_handle: method_handle_constant
            tag::method_type: method_type_constant
            tag::dynamic: dynamic_constant
            tag::invoke_dynamic: dynamic_constant
            tag::module: class_constant
            tag::package: class_constant
        if: not is_second
    instances:
      is_wide:
        value: 'is_second ? false : tag == tag::long or tag == tag::double'
  utf8_constant:
    doc-ref: JVMS 4.4.7 The CONSTANT_Utf8_info Structure
    seq:
      - id: length
        type: u2
      - id: text
        type: str
        size: length
  integer_constant:
    seq:
      - id: value
        type: s4
  float_constant:
    seq:
      - id: value
        type: f4
  long_constant:
    seq:
      - id: value
        type: s8
  double_constant:
    seq:
      - id: value
        type: f8
  class_constant:
    doc: A class, a module or a package
    seq:
      - id: name_index
        type: u2
    instances:
      name:
        value: _root.constants[name_index - 1].body.as<utf8_constant>.text
  string_constant:
    seq:
      - id: text_index
        type: u2
    instances:
      text:
        value: _root.constants[text_index - 1].body.as<utf8_constant>.text
  member_constant:
    doc: A field or a method of some class
    seq:
      - id: class_index
        type: u2
      - id: name_and_type_index
        type: u2
    instances:
      class_name:
        value: _root.constants[class_index - 1].body.as<class_constant>.name
      name_and_type:
        value: _root.constants[name_and_type_index - 1].body.as<name_and_type_constant>
  name_and_type_constant:
    seq:
      - id: name_index
        type: u2
      - id: descriptor_index
        type: u2
    instances:
      name:
        value: _root.constants[name_index - 1].body.as<utf8_constant>.text
      descriptor:
        value: _root.constants[descriptor_index - 1].body.as<utf8_constant>.text
  method_handle_constant:
    seq:
      - id: kind
        type: u1
        enum: handle_kind
      - id: reference_index
        type: u2
    instances:
      reference:
        value: _root.constants[reference_index - 1].body.as<member_constant>
  method_type_constant:
    seq:
      - id: descriptor_index
        type: u2
    instances:
      descriptor:
        value: _root.constants[descriptor_index - 1].body.as<utf8_constant>.text
  dynamic_constant:
    seq:
      - id: bootstrap_index
        type: u2
        doc: In the attribute BootstrapMethods
      - id: name_and_type_index
        type: u2
    instances:
      name_and_type:
        value: _root.constants[name_and_type_index - 1].body.as<name_and_type_constant>
  class_access:
    doc-ref: JVMS 4.1 The ClassFile Structure, Table 4.1-B; 4.7.6 for inner classes
    seq:
      - id: is_module
        type: b1
      - id: is_enum
        type: b1
      - id: is_annotation
        type: b1
      - id: is_synthetic
        type: b1
        doc: Not in the source
      - id: reserved_1
        type: b1
      - id: is_abstract
        type: b1
      - id: is_interface
        type: b1
      - id: reserved_2
        type: b3
      - id: is_super
        type: b1
        doc: Set by all compilers of today; nothing in an inner class
      - id: is_final
        type: b1
      - id: is_static
        type: b1
        doc: Of an inner class
      - id: is_protected
        type: b1
        doc: Of an inner class
      - id: is_private
        type: b1
        doc: Of an inner class
      - id: is_public
        type: b1
  field:
    doc-ref: JVMS 4.5 Fields
    seq:
      - id: access
        type: field_access
      - id: name_index
        type: u2
      - id: descriptor_index
        type: u2
      - id: num_attributes
        type: u2
      - id: attributes
        type: attribute
        repeat: expr
        repeat-expr: num_attributes
    instances:
      name:
        value: _root.constants[name_index - 1].body.as<utf8_constant>.text
      descriptor:
        value: _root.constants[descriptor_index - 1].body.as<utf8_constant>.text
  field_access:
    seq:
      - id: reserved_1
        type: b1
      - id: is_enum
        type: b1
      - id: reserved_2
        type: b1
      - id: is_synthetic
        type: b1
      - id: reserved_3
        type: b4
      - id: is_transient
        type: b1
      - id: is_volatile
        type: b1
      - id: reserved_4
        type: b1
      - id: is_final
        type: b1
      - id: is_static
        type: b1
      - id: is_protected
        type: b1
      - id: is_private
        type: b1
      - id: is_public
        type: b1
  method:
    doc-ref: JVMS 4.6 Methods
    seq:
      - id: access
        type: method_access
      - id: name_index
        type: u2
      - id: descriptor_index
        type: u2
      - id: num_attributes
        type: u2
      - id: attributes
        type: attribute
        repeat: expr
        repeat-expr: num_attributes
    instances:
      name:
        value: _root.constants[name_index - 1].body.as<utf8_constant>.text
      descriptor:
        value: _root.constants[descriptor_index - 1].body.as<utf8_constant>.text
  method_access:
    seq:
      - id: reserved_1
        type: b3
      - id: is_synthetic
        type: b1
      - id: is_strict
        type: b1
      - id: is_abstract
        type: b1
      - id: reserved_2
        type: b1
      - id: is_native
        type: b1
      - id: is_varargs
        type: b1
      - id: is_bridge
        type: b1
      - id: is_synchronized
        type: b1
      - id: is_final
        type: b1
      - id: is_static
        type: b1
      - id: is_protected
        type: b1
      - id: is_private
        type: b1
      - id: is_public
        type: b1
  attribute:
    doc-ref: JVMS 4.7 Attributes
    seq:
      - id: name_index
        type: u2
      - id: length
        type: u4
      - id: body
        size: length
        type:
          switch-on: name
          cases:
            '"Code"': code
            '"ConstantValue"': constant_value
            '"SourceFile"': text_reference
            '"Signature"': text_reference
            '"Exceptions"': class_list
            '"NestMembers"': class_list
            '"PermittedSubclasses"': class_list
            '"NestHost"': class_reference
            '"LineNumberTable"': line_numbers
            '"LocalVariableTable"': local_variables
            '"LocalVariableTypeTable"': local_variables
            '"InnerClasses"': inner_classes
            '"EnclosingMethod"': enclosing_method
            '"BootstrapMethods"': bootstrap_methods
            '"MethodParameters"': method_parameters
            '"Record"': record
    instances:
      name:
        value: _root.constants[name_index - 1].body.as<utf8_constant>.text
  code:
    doc-ref: JVMS 4.7.3 The Code Attribute
    seq:
      - id: max_stack
        type: u2
      - id: max_locals
        type: u2
      - id: len_code
        type: u4
      - id: code
        size: len_code
      - id: num_handlers
        type: u2
      - id: handlers
        type: exception_handler
        repeat: expr
        repeat-expr: num_handlers
      - id: num_attributes
        type: u2
      - id: attributes
        type: attribute
        repeat: expr
        repeat-expr: num_attributes
  exception_handler:
    seq:
      - id: start
        type: u2
      - id: end
        type: u2
        doc: Behind the last instruction that it is for
      - id: handler
        type: u2
      - id: class_index
        type: u2
        doc: 0 for everything
    instances:
      class_name:
        value: _root.constants[class_index - 1].body.as<class_constant>.name
        if: class_index != 0
  constant_value:
    seq:
      - id: constant_index
        type: u2
    instances:
      constant:
        value: _root.constants[constant_index - 1]
  text_reference:
    seq:
      - id: text_index
        type: u2
    instances:
      text:
        value: _root.constants[text_index - 1].body.as<utf8_constant>.text
  class_reference:
    seq:
      - id: class_index
        type: u2
    instances:
      class_name:
        value: _root.constants[class_index - 1].body.as<class_constant>.name
        if: class_index != 0
  class_list:
    seq:
      - id: num_classes
        type: u2
      - id: classes
        type: class_reference
        repeat: expr
        repeat-expr: num_classes
  line_numbers:
    seq:
      - id: num_lines
        type: u2
      - id: lines
        type: line_number
        repeat: expr
        repeat-expr: num_lines
  line_number:
    seq:
      - id: start
        type: u2
        doc: Where in the code the line begins
      - id: line
        type: u2
  local_variables:
    seq:
      - id: num_variables
        type: u2
      - id: variables
        type: local_variable
        repeat: expr
        repeat-expr: num_variables
  local_variable:
    seq:
      - id: start
        type: u2
      - id: length
        type: u2
      - id: name_index
        type: u2
      - id: descriptor_index
        type: u2
      - id: slot
        type: u2
    instances:
      name:
        value: _root.constants[name_index - 1].body.as<utf8_constant>.text
      descriptor:
        value: _root.constants[descriptor_index - 1].body.as<utf8_constant>.text
  inner_classes:
    seq:
      - id: num_classes
        type: u2
      - id: classes
        type: inner_class
        repeat: expr
        repeat-expr: num_classes
  inner_class:
    seq:
      - id: inner
        type: class_reference
      - id: outer
        type: class_reference
      - id: name_index
        type: u2
        doc: 0 for an anonymous class
      - id: access
        type: class_access
    instances:
      name:
        value: _root.constants[name_index - 1].body.as<utf8_constant>.text
        if: name_index != 0
  enclosing_method:
    seq:
      - id: class_index
        type: u2
      - id: method_index
        type: u2
        doc: 0 outside of methods
    instances:
      class_name:
        value: _root.constants[class_index - 1].body.as<class_constant>.name
      method:
        value: _root.constants[method_index - 1].body.as<name_and_type_constant>
        if: method_index != 0
  bootstrap_methods:
    seq:
      - id: num_methods
        type: u2
      - id: methods
        type: bootstrap_method
        repeat: expr
        repeat-expr: num_methods
  bootstrap_method:
    seq:
      - id: handle_index
        type: u2
      - id: num_arguments
        type: u2
      - id: arguments
        type: u2
        repeat: expr
        repeat-expr: num_arguments
        doc: Numbers of constants
    instances:
      handle:
        value: _root.constants[handle_index - 1].body.as<method_handle_constant>
  method_parameters:
    seq:
      - id: num_parameters
        type: u1
      - id: parameters
        type: method_parameter
        repeat: expr
        repeat-expr: num_parameters
  method_parameter:
    seq:
      - id: name_index
        type: u2
      - id: access
        type: method_access
    instances:
      name:
        value: _root.constants[name_index - 1].body.as<utf8_constant>.text
        if: name_index != 0
  record:
    seq:
      - id: num_components
        type: u2
      - id: components
        type: record_component
        repeat: expr
        repeat-expr: num_components
  record_component:
    seq:
      - id: name_index
        type: u2
      - id: descriptor_index
        type: u2
      - id: num_attributes
        type: u2
      - id: attributes
        type: attribute
        repeat: expr
        repeat-expr: num_attributes
    instances:
      name:
        value: _root.constants[name_index - 1].body.as<utf8_constant>.text
      descriptor:
        value: _root.constants[descriptor_index - 1].body.as<utf8_constant>.text
enums:
  version:
    45: java_1_1
    46: java_1_2
    47: java_1_3
    48: java_1_4
    49: java_5
    50: java_6
    51: java_7
    52: java_8
    53: java_9
    54: java_10
    55: java_11
    56: java_12
    57: java_13
    58: java_14
    59: java_15
    60: java_16
    61: java_17
    62: java_18
    63: java_19
    64: java_20
    65: java_21
    66: java_22
    67: java_23
    68: java_24
    69: java_25
    70: java_26
  tag:
    1: utf8
    3: integer
    4: float
    5: long
    6: double
    7: class
    8: string
    9: field
    10: method
    11: interface_method
    12: name_and_type
    15: method_handle
    16: method_type
    17: dynamic
    18: invoke_dynamic
    19: module
    20: package
  handle_kind:
    1: get_field
    2: get_static
    3: put_field
    4: put_static
    5: invoke_virtual
    6: invoke_static
    7: invoke_special
    8: new_invoke_special
    9: invoke_interface
