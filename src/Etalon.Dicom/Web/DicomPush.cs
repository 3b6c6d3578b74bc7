using System.Collections.Concurrent;

namespace Etalon.Dicom.Web;

/// <summary>Sends objects to a server, a few at a time, and reads each one back to see that it is kept as it was sent.</summary>
public sealed class DicomPush
{
    private const int Hopeless = 25;
    private const string DicomDirectory = "1.2.840.10008.1.3.10";
    private readonly DicomWebClient client;
    private readonly ConcurrentDictionary<string, string> sent = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<PushedObject> objects = [];
    private readonly ConcurrentBag<DicomWebException> issues = [];
    private readonly ConcurrentBag<DicomException> unreadable = [];
    private int done, failuresInARow;

    private DicomPush(DicomWebClient client) => this.client = client;

    /// <summary>Sends the objects of files, folders and zips.</summary>
    /// <param name="client">The server.</param>
    /// <param name="paths">As for <see cref="DicomSource"/>. A DICOMDIR is passed over: it is about files, not for a server.</param>
    /// <param name="progress">Told after each object; null: nobody.</param>
    /// <param name="cancellation">Stops the work; the server keeps what it has.</param>
    public static async Task<DicomPushResult> RunAsync(
        DicomWebClient client, IEnumerable<string> paths, IProgress<DicomTransferProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var push = new DicomPush(client);
        await push.AllAsync(new DicomSource(paths, new DicomSourceOptions { Read = client.Options.Read }), progress, cancellation).ConfigureAwait(false);
        return new DicomPushResult(
            [.. push.objects.OrderBy(o => o.Name, StringComparer.Ordinal)], [.. push.issues.OrderBy(i => i.About, StringComparer.Ordinal)],
            [.. push.unreadable.OrderBy(e => e.FileName, StringComparer.Ordinal)]);
    }

    private async Task AllAsync(DicomSource source, IProgress<DicomTransferProgress>? progress, CancellationToken cancellation)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var zips = new ZipBytes(client.Options.Read);
        var choices = new ParallelOptions { MaxDegreeOfParallelism = client.Options.Parallel, CancellationToken = giveUp.Token };
        try
        {
            // The source reads one object at a time, under a lock of ForEachAsync; as many as there are requests stay in memory.
            await Parallel.ForEachAsync(source.Read(giveUp.Token).Select(entry => (Entry: entry, Open: entry.Kind == DicomEntryKind.Object ? zips.Opener(entry.Name) : null)), choices, async (item, token) =>
            {
                await EntryAsync(item.Entry, item.Open, giveUp, token).ConfigureAwait(false);
                progress?.Report(new DicomTransferProgress(Interlocked.Increment(ref done), null));
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Given up: the issue that made it hopeless is among the others.
        }
    }

    private async Task EntryAsync(DicomEntry entry, Func<Stream>? open, CancellationTokenSource giveUp, CancellationToken cancellation)
    {
        if (entry.Error is { } error)
        {
            unreadable.Add(error);
            return;
        }

        var file = entry.File!;
        if (file.Dataset.GetString(Tags.SopClassUid) == DicomDirectory || file.Meta.GetString(Tags.MediaStorageSopClassUid) == DicomDirectory)
        {
            return;
        }

        var uid = file.Dataset.GetString(Tags.SopInstanceUid);
        string? hash = null;
        try
        {
            using (var stream = open!())
            {
                hash = await DataSetHash.OfAsync(stream, cancellation).ConfigureAwait(false);
            }

            var status = await SendAsync(entry.Name, file, hash, open, cancellation).ConfigureAwait(false);
            objects.Add(new PushedObject(entry.Name, uid, status, hash));
            Volatile.Write(ref failuresInARow, 0);
        }
        catch (DicomWebException e)
        {
            await FailAsync(e.IsFatal ? e : e.At(entry.Name)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await FailAsync(NotSendable(entry.Name, $"a file that changed or vanished while it was read ({e.GetType().Name})", "a file that stays")).ConfigureAwait(false);
        }

        async Task FailAsync(DicomWebException issue)
        {
            issues.Add(issue);
            objects.Add(new PushedObject(entry.Name, DicomWebInstance.IsUid(uid) ? uid : null, PushedStatus.Failed, hash));
            if (issue.IsFatal || (issue.Code != DicomWebErrorCode.ObjectNotSendable && Interlocked.Increment(ref failuresInARow) >= Hopeless))
            {
                await giveUp.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<PushedStatus> SendAsync(string name, DicomFile file, string hash, Func<Stream> open, CancellationToken cancellation)
    {
        var uids = new[] { Tags.StudyInstanceUid, Tags.SeriesInstanceUid, Tags.SopInstanceUid }.Select(tag => file.Dataset.GetString(tag)).ToArray();
        if (!uids.All(DicomWebInstance.IsUid))
        {
            throw NotSendable(name, "no valid study, series or object UID", "three UIDs: digits and single points, at most 64 characters");
        }

        if (file.Meta.Count == 0)
        {
            throw NotSendable(name, "no file meta information", "a Part 10 file, which states its transfer syntax");
        }

        var instance = new DicomWebInstance(uids[0]!, uids[1]!, uids[2]!);
        if (!sent.TryAdd(instance.SopInstanceUid, hash))
        {
            return sent[instance.SopInstanceUid] == hash
                ? PushedStatus.Repeated
                : throw NotSendable(name, "another object with the same SOPInstanceUID was met before", "one object for each UID");
        }

        await client.StoreAsync(instance, open, cancellation).ConfigureAwait(false);
        return await VerifyAsync(name, instance, file, hash, cancellation).ConfigureAwait(false);
    }

    // A server may take a moment until it serves what it took, so that an absent object is asked for again.
    private Task<T> ReadBackAsync<T>(Func<Task<T>> action, CancellationToken cancellation) =>
        RetryPolicy.RunAsync(client.Options, e => e.IsTransient || e.Code == DicomWebErrorCode.NotFound, action, cancellation);

    private async Task<PushedStatus> VerifyAsync(string name, DicomWebInstance instance, DicomFile file, string hash, CancellationToken cancellation)
    {
        var kept = await ReadBackAsync(async () =>
        {
            using var sink = new DataSetHash();
            await client.FetchAsync(instance, sink, cancellation).ConfigureAwait(false);
            return sink.Finish();
        }, cancellation).ConfigureAwait(false);
        if (kept == hash)
        {
            return PushedStatus.Stored;
        }

        var comparison = await CompareAsync(instance, file, cancellation).ConfigureAwait(false);
        if (!comparison.PixelsEqual)
        {
            throw new DicomWebException(DicomWebErrorCode.ObjectNotStored, name, $"other pixel data on the server than were sent{Named(comparison.Changed)}", "the pixels as they were sent",
                "The server holds an older object of this UID, or changes images; look at its settings, and give a changed object a UID of its own");
        }

        if (comparison.Changed.Count > 0)
        {
            issues.Add(new DicomWebException(DicomWebErrorCode.ObjectChanged, name, $"the server keeps the pixels as sent{Named(comparison.Changed)}", "the data set as it was sent",
                "Check whether the server is meant to change these attributes, or holds an older object of this UID"));
        }

        return comparison.Changed.Count > 0 ? PushedStatus.Changed : PushedStatus.Stored;
    }

    private async Task<ObjectComparison> CompareAsync(DicomWebInstance instance, DicomFile file, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("etalon-push-");
        try
        {
            var path = Path.Combine(folder.FullName, "object");
            await ReadBackAsync(async () =>
            {
                using var sink = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
                await client.FetchAsync(instance, sink, cancellation).ConfigureAwait(false);
                return true;
            }, cancellation).ConfigureAwait(false);
            return ObjectComparison.Of(file, DicomFile.Open(path, client.Options.Read));
        }
        catch (DicomException e)
        {
            throw new DicomWebException(DicomWebErrorCode.ObjectNotStored, instance.ToString(), $"bytes that are no sound DICOM object ({e.CodeText})", "the object as it was sent",
                "Ask whoever runs the server to look at this object", e);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Named(IReadOnlyList<DicomTag> tags) => tags.Count switch
    {
        0 => "",
        <= 6 => $"; changed: {string.Join(", ", tags.Select(Name))}",
        _ => $"; changed: {string.Join(", ", tags.Take(5).Select(Name))} and {tags.Count - 5} more",
    };

    private static string Name(DicomTag tag) => tag.Keyword ?? tag.ToString();

    private static DicomWebException NotSendable(string name, string found, string expected) =>
        new(DicomWebErrorCode.ObjectNotSendable, name, found, expected, "Mend the object at its source; it was not sent");
}
