meta:
  id: dos_stamp
  title: MS-DOS time and date
  license: MIT
  endian: le
  bit-endian: le
doc: Local time as FAT directories and ZIP archives store it, in steps of two seconds.
doc-ref: https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-dosdatetimetofiletime DosDateTimeToFileTime, Parameters
seq:
  - id: time
    type: time
  - id: date
    type: date
types:
  time:
    seq:
      - id: half_seconds
        type: b5
        doc: Seconds divided by 2
      - id: minute
        type: b6
      - id: hour
        type: b5
    instances:
      second:
        value: half_seconds * 2
  date:
    seq:
      - id: day
        type: b5
        doc: Counted from 1; 0 where no date was set
      - id: month
        type: b4
      - id: years_since_1980
        type: b7
    instances:
      year:
        value: years_since_1980 + 1980
