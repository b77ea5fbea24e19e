using System.Runtime.InteropServices;

namespace PaymentGateway.Identity;

/// <summary>A file that only its owner can read, from its first byte on.</summary>
public static class PrivateFile
{
    /// <summary>Creates or replaces the file.</summary>
    public static void Write(string path, string text)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new StreamWriter(path, options);
        file.Write(text);
    }

    /// <summary>Creates or replaces the file in one step: a reader sees the old text or the new one, never a part.</summary>
    public static void Replace(string path, string text)
    {
        var draft = DraftOf(path);
        Write(draft, text);
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>
    /// Creates the file whole, unless another process was first: then the other's stands. File.Move without overwrite is no such thing
    /// on Unix, where it looks first and renames then.
    /// </summary>
    public static void CreateOnce(string path, string text)
    {
        var draft = DraftOf(path);
        Write(draft, text);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                File.Move(draft, path, overwrite: false);
            }
            else if (Link(draft, path) != 0 && !File.Exists(path))
            {
                throw new IOException($"{path} cannot be created: {Marshal.GetLastPInvokeErrorMessage()}.");
            }
        }
        catch (IOException) when (OperatingSystem.IsWindows() && File.Exists(path))
        {
            // The other was first.
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>A name beside the file that no other writer has, in this process or another.</summary>
    private static string DraftOf(string path) => $"{path}.{Path.GetRandomFileName()}";

    [DllImport("libc", EntryPoint = "link", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(string from, string to);
}
