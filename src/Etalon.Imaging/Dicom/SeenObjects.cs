using System.Security.Cryptography;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Tells objects that are new from those whose SOPInstanceUID was there before, and those apart by whether they hold the same.</summary>
/// <typeparam name="TSeries">What a series is known by; the same object in two series is a contradiction.</typeparam>
/// <param name="ofAnyone">Whether two objects are alike though they name the patient differently; whose they are is then judged elsewhere.</param>
public sealed class SeenObjects<TSeries>(bool ofAnyone = false)
    where TSeries : notnull
{
    private readonly Dictionary<string, (TSeries Series, string Name, string Syntax, ulong Header, long Pixels)> _seen = new(StringComparer.Ordinal);
    private readonly List<(TSeries Series, string First, string Pixels)> _toCompare = [];
    private readonly Dictionary<TSeries, ObjectRepeats> _repeats = [];
    private readonly HashSet<string> _syntaxes = new(StringComparer.Ordinal);

    /// <summary>Whether an object was not there before. A second one of the same identifier is a repetition, or a contradiction where it holds something else.</summary>
    /// <exception cref="DicomException">The object is damaged.</exception>
    public bool IsNew(string uid, TSeries series, DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return IsNew(uid, series, file, HeaderFingerprint.Of(file.Dataset, ofAnyone));
    }

    internal bool IsNew(string uid, TSeries series, DicomFile file, (ulong Header, long Pixels) fingerprint)
    {
        var (header, pixels) = fingerprint;
        if (_seen.TryAdd(uid, (series, file.Name, Pooled(file.TransferSyntaxUid), header, pixels)))
        {
            return true;
        }

        var before = _seen[uid];
        var isAlike = before.Header == header && before.Series.Equals(series);
        var isReencoded = before.Syntax != file.TransferSyntaxUid && !(DicomTransferSyntax.IsNative(before.Syntax) && DicomTransferSyntax.IsNative(file.TransferSyntaxUid));
        if (isAlike && !isReencoded && before.Pixels == pixels)
        {
            _toCompare.Add((series, before.Name, PixelHash(file)));
        }
        else
        {
            // The same object, compressed or unpacked on its way: its pixels are not compared, since that would take a decoder.
            Count(series, isAlike && isReencoded);
        }

        return false;
    }

    /// <summary>Opens the first of each pair of like objects again, since like headers may stand before unlike pixels, and counts.</summary>
    /// <param name="refused">Is told what cannot be read any more.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IReadOnlyDictionary<TSeries, ObjectRepeats> Compare(Action<string, DicomException> refused, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(refused);
        var pairs = _toCompare.ToLookup(p => p.First, StringComparer.Ordinal);
        foreach (var entry in DicomObjects.Read(pairs.Select(p => p.Key)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (entry.File is not { } file)
            {
                refused(entry.Name, entry.Error!);
                continue;
            }

            try
            {
                var hash = PixelHash(file);
                foreach (var (series, _, other) in pairs[file.Name])
                {
                    Count(series, other == hash);
                }
            }
            catch (DicomException e)
            {
                refused(file.Name, e);
            }
        }

        _toCompare.Clear();
        return _repeats;
    }

    private string Pooled(string syntax)
    {
        if (_syntaxes.TryGetValue(syntax, out var known))
        {
            return known;
        }

        _syntaxes.Add(syntax);
        return syntax;
    }

    private void Count(TSeries series, bool isRepeated)
    {
        var sum = _repeats.GetValueOrDefault(series);
        _repeats[series] = isRepeated ? sum with { Repeated = sum.Repeated + 1 } : sum with { Contradicted = sum.Contradicted + 1 };
    }

    /// <summary>Of stored values where they are plain, so that the order of bytes does not matter; else of the bytes as they stand.</summary>
    private static string PixelHash(DicomFile file)
    {
        if (!DicomPixels.AreIn(file.Dataset))
        {
            return "";
        }

        try
        {
            if (DicomTransferSyntax.IsNative(file.TransferSyntaxUid))
            {
                return DicomPixelHash.Md5(DicomPixels.Read(file));
            }
        }
        catch (DicomException)
        {
            // Pixels that are too short or make no image are compared as bytes.
        }

        foreach (var tag in PixelTags)
        {
            if (file.Dataset.TryGet(tag, out var pixels))
            {
                return Convert.ToHexStringLower(SHA256.HashData(pixels.Bytes.Span));
            }
        }

        return "";
    }

    private static DicomTag[] PixelTags => [Tags.PixelData, Tags.FloatPixelData, Tags.DoubleFloatPixelData];
}
