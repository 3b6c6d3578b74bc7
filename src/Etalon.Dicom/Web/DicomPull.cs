using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Etalon.Dicom.Web;

/// <summary>Fetches the objects of a query into a folder, a few at a time, and goes on where an earlier pull stopped.</summary>
/// <remarks>Every object is written under a passing name, read as DICOM, held against what was asked for, and only then given its
/// own name, which is made of its UIDs. The folder holds whole objects and a manifest at any time; only the last part of the manifest
/// is lost when the process is killed, and what it misses is fetched again.</remarks>
public sealed class DicomPull
{
    /// <summary>Failures in a row after which the rest is not asked for.</summary>
    private const int Hopeless = 25;

    private const long LargeObject = 64 << 20;
    private readonly DicomWebClient client;
    private readonly PullFolder folder;
    private readonly ConcurrentBag<PulledObject> objects = [];
    private readonly ConcurrentBag<DicomWebException> issues = [];
    private readonly SemaphoreSlim largeOnes;
    private int fetched, kept, done, failuresInARow;
    private long fetchedBytes;

    private DicomPull(DicomWebClient client, PullFolder folder, SemaphoreSlim largeOnes) => (this.client, this.folder, this.largeOnes) = (client, folder, largeOnes);

    /// <summary>Fetches what a query finds.</summary>
    /// <param name="client">The server.</param>
    /// <param name="query">What to fetch.</param>
    /// <param name="path">Folder: new, empty, or of an earlier pull from the same server.</param>
    /// <param name="progress">Told after each object; null: nobody.</param>
    /// <param name="cancellation">Stops the work; what is whole stays.</param>
    /// <exception cref="DicomWebException">The folder cannot be used, or the server cannot be asked.</exception>
    public static async Task<DicomPullResult> RunAsync(
        DicomWebClient client, DicomWebQuery query, string path, IProgress<DicomTransferProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var listing = await client.FindAsync(query, cancellation).ConfigureAwait(false);
        if (listing.Instances.Count == 0)
        {
            return new DicomPullResult([], 0, 0, 0, 0, listing.Unasked, listing.Issues);
        }

        using var folder = PullFolder.Open(path, client.Address);
        using var largeOnes = new SemaphoreSlim(1);
        var pull = new DicomPull(client, folder, largeOnes);
        if (folder.WasDamaged)
        {
            pull.issues.Add(Damaged(PullManifest.FileName, "a manifest that cannot be read", "Nothing: all objects were fetched again"));
        }

        foreach (var issue in listing.Issues)
        {
            pull.issues.Add(issue);
        }

        try
        {
            await pull.AllAsync(listing.Instances, progress, cancellation).ConfigureAwait(false);
        }
        finally
        {
            folder.Save();
        }

        return new DicomPullResult(
            [.. pull.objects.OrderBy(o => o.Instance.Path, StringComparer.Ordinal)], listing.Instances.Count, pull.fetched, pull.kept, pull.fetchedBytes, listing.Unasked,
            [.. pull.issues.OrderBy(i => i.About, StringComparer.Ordinal)]);
    }

    private async Task AllAsync(IReadOnlyList<DicomWebInstance> instances, IProgress<DicomTransferProgress>? progress, CancellationToken cancellation)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var choices = new ParallelOptions { MaxDegreeOfParallelism = client.Options.Parallel, CancellationToken = giveUp.Token };
        try
        {
            await Parallel.ForEachAsync(instances, choices, async (instance, token) =>
            {
                await OneAsync(instance, giveUp, token).ConfigureAwait(false);
                progress?.Report(new DicomTransferProgress(Interlocked.Increment(ref done), instances.Count));
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Given up: the issue that made it hopeless is among the others.
        }
    }

    private async Task OneAsync(DicomWebInstance instance, CancellationTokenSource giveUp, CancellationToken cancellation)
    {
        if (folder.Known(instance) is { } known)
        {
            if (await folder.IsWholeAsync(known, cancellation).ConfigureAwait(false))
            {
                Interlocked.Increment(ref kept);
                objects.Add(known);
                return;
            }

            issues.Add(Damaged(instance.Path, "a file that is gone or changed since it was fetched", "Nothing: it was fetched again"));
        }

        try
        {
            var item = await RetryPolicy.RunAsync(client.Options, e => e.IsTransient, () => FetchAsync(instance, cancellation), cancellation).ConfigureAwait(false);
            objects.Add(item);
            Interlocked.Increment(ref fetched);
            Interlocked.Add(ref fetchedBytes, item.Bytes);
            Volatile.Write(ref failuresInARow, 0);
        }
        catch (DicomWebException e)
        {
            issues.Add(e);
            if (e.IsFatal || Interlocked.Increment(ref failuresInARow) >= Hopeless)
            {
                await giveUp.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<PulledObject> FetchAsync(DicomWebInstance instance, CancellationToken cancellation)
    {
        var partial = folder.PartialOf(instance);
        try
        {
            long bytes;
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            {
                await client.FetchAsync(instance, file, cancellation).ConfigureAwait(false);
                bytes = file.Length;
            }

            var item = new PulledObject(instance, bytes, await CheckAsync(instance, partial, bytes, cancellation).ConfigureAwait(false));
            folder.Keep(item);
            return item;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DicomWebException(DicomWebErrorCode.FolderUnusable, instance.Path, $"it cannot be written ({e.Message.TrimEnd('.')})", "a folder with rights and space to write",
                "Make room or rights and run the command again", e);
        }
    }

    // The file as it lies on disk is read, so that what the hash stands for is what was checked.
    private async Task<string> CheckAsync(DicomWebInstance instance, string partial, long bytes, CancellationToken cancellation)
    {
        var isLarge = bytes > LargeObject;
        if (isLarge)
        {
            await largeOnes.WaitAsync(cancellation).ConfigureAwait(false);
        }

        try
        {
            var dataset = DicomFile.Open(partial, client.Options.Read).Dataset;
            Require(instance, dataset, Tags.SopInstanceUid, instance.SopInstanceUid);
            Require(instance, dataset, Tags.SeriesInstanceUid, instance.SeriesUid);
            Require(instance, dataset, Tags.StudyInstanceUid, instance.StudyUid);
        }
        catch (DicomException e)
        {
            throw new DicomWebException(DicomWebErrorCode.ObjectWrong, instance.Path, $"bytes that are no sound DICOM object ({e.CodeText})", "the object as it was stored",
                "Ask whoever runs the server to look at this object", e);
        }
        finally
        {
            if (isLarge)
            {
                largeOnes.Release();
            }
        }

        using var file = new FileStream(partial, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false));
    }

    private static void Require(DicomWebInstance instance, DicomDataset dataset, DicomTag tag, string expected)
    {
        if (dataset.GetString(tag) != expected)
        {
            throw new DicomWebException(DicomWebErrorCode.ObjectWrong, instance.Path, $"an object with another {tag.Keyword}", "the object that was asked for",
                "Nothing of it was kept; ask whoever runs the server");
        }
    }

    private static DicomWebException Damaged(string about, string found, string remedy) =>
        new(DicomWebErrorCode.FileDamaged, about, found, "the file as the earlier pull left it", remedy);
}
