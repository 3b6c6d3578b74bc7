using System.CommandLine;
using Etalon.Assays.Maps;

namespace Etalon.Cli;

/// <summary>One kind of <c>etalon map</c> on the command line.</summary>
/// <param name="Name">The word: <c>adc</c>.</param>
/// <param name="Description">For help.</param>
/// <param name="Options">Its own options.</param>
/// <param name="Assay">Makes the assay of what was given; null, after a message on standard error, where that cannot be.</param>
internal sealed record MapKind(string Name, string Description, IReadOnlyList<Option> Options, Func<ParseResult, IMapAssay?> Assay);
