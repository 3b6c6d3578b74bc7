namespace Etalon.Dicom;

/// <summary>Lists the files of a folder and its subfolders without leaving it.</summary>
internal static class DicomFolder
{
    /// <summary>Paths of all plain files below a folder, with forward slashes, unordered. Linked folders are not entered;
    /// a linked file counts only when its target is a plain file inside the folder. What cannot be listed is reported.</summary>
    public static IEnumerable<(string Path, DicomException? Error)> Files(string root)
    {
        var open = new Stack<string>();
        open.Push(root);
        while (open.TryPop(out var folder))
        {
            FileSystemInfo[] children = [];
            DicomException? error = null;
            try
            {
                children = DicomDisk.Guard(folder, () => new DirectoryInfo(folder).GetFileSystemInfos());
            }
            catch (DicomException refusal)
            {
                error = refusal;
            }

            if (error is not null)
            {
                yield return (folder, error);
            }

            foreach (var child in children)
            {
                var path = $"{folder.TrimEnd('/', '\\')}/{child.Name}";
                if (child is DirectoryInfo)
                {
                    if (child.LinkTarget is null)
                    {
                        open.Push(path);
                    }
                }
                else if (child.LinkTarget is null || PointsInside(root, child))
                {
                    yield return (path, null);
                }
            }
        }
    }

    private static bool PointsInside(string root, FileSystemInfo link)
    {
        try
        {
            if (link.ResolveLinkTarget(returnFinalTarget: true) is not FileInfo { Exists: true } target)
            {
                return false;
            }

            var full = Path.GetFullPath(root);
            var relative = Path.GetRelativePath(full, target.FullName);
            if (Path.IsPathRooted(relative) || relative.Split('/', '\\')[0] == "..")
            {
                return false;
            }

            // A linked folder on the way could lead out again.
            for (var folder = target.Directory; folder is not null && folder.FullName.Length > full.TrimEnd('/', '\\').Length; folder = folder.Parent)
            {
                if (folder.LinkTarget is not null)
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
