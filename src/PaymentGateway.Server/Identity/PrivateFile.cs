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
        var draft = $"{path}.{Environment.ProcessId}";
        Write(draft, text);
        File.Move(draft, path, overwrite: true);
    }
}
