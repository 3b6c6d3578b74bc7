namespace Etalon.Metrology;

/// <summary>Something taken as true because the user said so or a layout documents it. Each one is also a finding.</summary>
/// <param name="Id">Short name, e.g. <c>adc-unit</c>.</param>
/// <param name="Text">What is assumed, as a sentence.</param>
/// <param name="Value">The value taken.</param>
/// <param name="Source">Who says so: <c>user</c>, or the layout's documentation, or a <see cref="Source"/> identifier.</param>
public sealed record Assumption(string Id, string Text, string Value, string Source);

/// <summary>A publication or standard that a number in the result rests on.</summary>
/// <param name="Id">Short key.</param>
/// <param name="Text">The citation.</param>
/// <param name="UsedFor">What it was used for in this result.</param>
public sealed record Source(string Id, string Text, string UsedFor);

/// <summary>A default that came from the literature, with its own uncertainty and source.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">In <paramref name="Unit"/>.</param>
/// <param name="Unit">UCUM.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="Checked">False where the figure was remembered and not yet checked against the source; such a constant is also an assumption.</param>
public sealed record LiteratureConstant(string Name, double Value, string Unit, Source Source, bool Checked);
