namespace PaymentGateway.Database;

/// <summary>
/// Who runs the database server. PostgreSQL refuses root, so root hands over to the owner of the folder, or to the
/// user postgres; anybody else runs it as himself.
/// </summary>
internal sealed class PostgresAccount
{
    private const string DefaultUser = "postgres";
    private readonly string? user;

    private PostgresAccount(string? user) => this.user = user;

    /// <param name="folder">The database's folder, if it exists already.</param>
    internal static async Task<PostgresAccount> For(string folder, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess) return new PostgresAccount(user: null);
        if (!OperatingSystem.IsLinux())
            throw new StartupException(
                "PostgreSQL does not run as root: start as an ordinary user, or use a server of your own with DATABASE_URL.");
        return new PostgresAccount(await Owner(folder, cancellation) ?? await CreatedDefaultUser(cancellation));
    }

    internal Task<OperatingSystemProgram.Outcome> Run(
        string file, string[] arguments, string folder, CancellationToken cancellation) => user is null
        ? OperatingSystemProgram.Run(file, arguments, folder, cancellation)
        : OperatingSystemProgram.Run(
            "setpriv", ["--reuid", user, "--regid", user, "--init-groups", "--", file, .. arguments], folder, cancellation);

    /// <summary>Gives the path to the account. Files that root writes would otherwise be closed to it.</summary>
    internal async Task Own(string path, CancellationToken cancellation)
    {
        if (user is null) return;
        var outcome = await OperatingSystemProgram.Run("chown", [$"{user}:", path], cancellation: cancellation);
        if (!outcome.Succeeded) throw new StartupException($"The user {user} could not be given {path}: {outcome.Output}");
    }

    internal async Task RequireEntry(string folder, string cure, CancellationToken cancellation)
    {
        if (user is null) return;
        var outcome = await Run("/bin/sh", ["-c", "cd \"$1\"", "sh", folder], "/", cancellation);
        if (!outcome.Succeeded)
            throw new StartupException($"The user {user}, who runs PostgreSQL because root may not, cannot enter {folder}: {cure}.");
    }

    private static async Task<string?> Owner(string folder, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder)) return null;
        var outcome = await OperatingSystemProgram.Run("stat", ["-c", "%U", folder], cancellation: cancellation);
        return outcome.Succeeded && outcome.Output is not ("root" or "UNKNOWN") ? outcome.Output : null;
    }

    private static async Task<string> CreatedDefaultUser(CancellationToken cancellation)
    {
        if ((await OperatingSystemProgram.Run("id", ["-u", DefaultUser], cancellation: cancellation)).Succeeded) return DefaultUser;
        var outcome = await OperatingSystemProgram.Run(
            "useradd",
            ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", DefaultUser],
            cancellation: cancellation);
        return outcome.Succeeded
            ? DefaultUser
            : throw new StartupException(
                $"PostgreSQL does not run as root, and the user {DefaultUser} could not be created: {outcome.Output}");
    }
}
