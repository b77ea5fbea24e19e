namespace PaymentGateway.Bench;

/// <summary>The folder of one run, gone with it.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private const UnixFileMode EverybodyEnters = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public Workplace()
    {
        Folder = Directory.CreateTempSubdirectory("pgw-bench-").FullName;
        // Root hands PostgreSQL to another user, who must get to his folder inside.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Folder, EverybodyEnters);
        }
    }

    public string Folder { get; }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
