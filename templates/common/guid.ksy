meta:
  id: guid
  title: GUID in the byte order of Microsoft and UEFI
  license: MIT
  endian: le
doc: The first three parts are little-endian numbers, the rest stands as it is written.
doc-ref: https://uefi.org/specs/UEFI/2.10/Apx_A_GUID_and_Time_Formats.html UEFI 2.10, Appendix A
seq:
  - id: data_1
    type: u4
  - id: data_2
    type: u2
  - id: data_3
    type: u2
  - id: data_4
    size: 8
