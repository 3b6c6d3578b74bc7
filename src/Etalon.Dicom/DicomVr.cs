namespace Etalon.Dicom;

/// <summary>Value representation of PS3.5 section 6.2; the numeric value is the two letters, first letter high.</summary>
public enum DicomVr
{
    /// <summary>No value representation: not stated and not known.</summary>
    None = 0,

    /// <summary>Application entity.</summary>
    AE = ('A' << 8) | 'E',

    /// <summary>Age, such as <c>045Y</c>.</summary>
    AS = ('A' << 8) | 'S',

    /// <summary>Attribute tag.</summary>
    AT = ('A' << 8) | 'T',

    /// <summary>Code string.</summary>
    CS = ('C' << 8) | 'S',

    /// <summary>Date, YYYYMMDD.</summary>
    DA = ('D' << 8) | 'A',

    /// <summary>Decimal number as text.</summary>
    DS = ('D' << 8) | 'S',

    /// <summary>Date and time, with an offset where the writer gave one.</summary>
    DT = ('D' << 8) | 'T',

    /// <summary>Float, 64 bits.</summary>
    FD = ('F' << 8) | 'D',

    /// <summary>Float, 32 bits.</summary>
    FL = ('F' << 8) | 'L',

    /// <summary>Integer as text.</summary>
    IS = ('I' << 8) | 'S',

    /// <summary>Long string, up to 64 characters.</summary>
    LO = ('L' << 8) | 'O',

    /// <summary>Long text; a backslash is part of it.</summary>
    LT = ('L' << 8) | 'T',

    /// <summary>Other bytes; also encapsulated pixel data.</summary>
    OB = ('O' << 8) | 'B',

    /// <summary>Other 64-bit floats.</summary>
    OD = ('O' << 8) | 'D',

    /// <summary>Other 32-bit floats.</summary>
    OF = ('O' << 8) | 'F',

    /// <summary>Other 32-bit words.</summary>
    OL = ('O' << 8) | 'L',

    /// <summary>Other 64-bit words.</summary>
    OV = ('O' << 8) | 'V',

    /// <summary>Other 16-bit words.</summary>
    OW = ('O' << 8) | 'W',

    /// <summary>Person name.</summary>
    PN = ('P' << 8) | 'N',

    /// <summary>Short string, up to 16 characters.</summary>
    SH = ('S' << 8) | 'H',

    /// <summary>Signed integer, 32 bits.</summary>
    SL = ('S' << 8) | 'L',

    /// <summary>Sequence of items.</summary>
    SQ = ('S' << 8) | 'Q',

    /// <summary>Signed integer, 16 bits.</summary>
    SS = ('S' << 8) | 'S',

    /// <summary>Short text; a backslash is part of it.</summary>
    ST = ('S' << 8) | 'T',

    /// <summary>Signed integer, 64 bits.</summary>
    SV = ('S' << 8) | 'V',

    /// <summary>Time of day.</summary>
    TM = ('T' << 8) | 'M',

    /// <summary>Unlimited characters, several values.</summary>
    UC = ('U' << 8) | 'C',

    /// <summary>Unique identifier.</summary>
    UI = ('U' << 8) | 'I',

    /// <summary>Unsigned integer, 32 bits.</summary>
    UL = ('U' << 8) | 'L',

    /// <summary>Unknown to the writer.</summary>
    UN = ('U' << 8) | 'N',

    /// <summary>Uniform resource identifier.</summary>
    UR = ('U' << 8) | 'R',

    /// <summary>Unsigned integer, 16 bits.</summary>
    US = ('U' << 8) | 'S',

    /// <summary>Unlimited text; a backslash is part of it.</summary>
    UT = ('U' << 8) | 'T',

    /// <summary>Unsigned integer, 64 bits.</summary>
    UV = ('U' << 8) | 'V',
}
