namespace PaymentGateway.Bench;

/// <summary>What a commit waits for: figures of two machines compare only beside it.</summary>
internal static class Disk
{
    private const int Writes = 100;
    private const int BlockSize = 8192;

    /// <summary>The median milliseconds of writing one block and waiting until it is on the disk.</summary>
    public static double SyncMilliseconds(string folder)
    {
        var path = Path.Combine(folder, "sync");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        var block = new byte[BlockSize];
        var times = new double[Writes];
        for (var i = 0; i < Writes; i++)
        {
            var begun = TimeProvider.System.GetTimestamp();
            file.Write(block);
            file.Flush(flushToDisk: true);
            times[i] = TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds;
        }

        return Statistics.Median(times);
    }

    public static async Task<string> FileSystemOf(string folder, CancellationToken cancel) =>
        (await Commands.Run("stat", ["--file-system", "--format=%T", folder], null, cancel)).Trim();
}
