using System.Diagnostics;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

public sealed class EmbeddedPostgresTests(EmbeddedPostgresTests.StoppedCluster stopped)
    : IClassFixture<EmbeddedPostgresTests.StoppedCluster>, IAsyncLifetime
{
    private string data = "";

    private string Folder => Path.Combine(data, "postgres");
    private string Cluster => Path.Combine(Folder, "cluster");
    private string PidFile => Path.Combine(Cluster, "postmaster.pid");

    public async ValueTask InitializeAsync() => data = await stopped.Copy();

    public ValueTask DisposeAsync()
    {
        Directory.Delete(data, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_data_is_there_again_after_a_stop_and_nothing_runs_meanwhile()
    {
        await using (var first = await Start())
            await Execute(first.ConnectionString, "INSERT INTO kept VALUES (1)");
        Assert.False(File.Exists(PidFile));
        Assert.Empty(await ClusterProcesses.Running(Cluster, default));
        await using var second = await Start();
        Assert.Equal(1, await Kept(second.ConnectionString));
    }

    [Fact]
    public async Task Commits_are_durable_by_default_and_pages_have_checksums()
    {
        await using var postgres = await EmbeddedPostgres.Start(data, TestFolder.PostgresBin, NullLogger.Instance, default);
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        foreach (var setting in new[] { "fsync", "synchronous_commit", "full_page_writes", "data_checksums" })
            Assert.Equal("on", await connection.ExecuteScalarAsync<string>($"SHOW {setting}"));
    }

    [Fact]
    public async Task Only_the_password_opens_it_and_only_through_the_socket()
    {
        await using var postgres = await Start();
        var address = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "guess", Pooling = false };
        await using var guess = new NpgsqlConnection(address.ConnectionString);
        Assert.Equal(PostgresErrorCodes.InvalidPassword, (await Assert.ThrowsAsync<PostgresException>(guess.OpenAsync)).SqlState);

        await using var connection = new NpgsqlConnection($"{postgres.ConnectionString};Pooling=false");
        Assert.Equal("", await connection.ExecuteScalarAsync<string>("SHOW listen_addresses"));
        var passwordMode = await OperatingSystemProgram.Run("stat", ["-c", "%a", Path.Combine(Folder, "password")]);
        Assert.Equal("600", passwordMode.Output);
    }

    [Fact]
    public async Task Two_servers_never_share_a_data_directory()
    {
        await using var first = await Start();
        var failure = await Assert.ThrowsAsync<StartupException>(Start);
        Assert.Equal($"Another server is using {Folder}: stop it, or choose another data directory with --data.", failure.Message);
        Assert.Equal(0, await Kept(first.ConnectionString));
    }

    [Fact]
    public async Task A_postgresql_left_running_by_a_killed_server_is_ended_and_its_commits_are_kept()
    {
        var orphan = await StartWithoutServer();
        await using (var connection = new NpgsqlConnection($"{await ConnectionString()};Pooling=false"))
        {
            await connection.OpenAsync();
            await connection.ExecuteAsync("INSERT INTO kept VALUES (1)");
            await connection.ExecuteAsync("BEGIN; INSERT INTO kept VALUES (2)");
            await using var postgres = await Start();
            Assert.DoesNotContain(orphan, await ClusterProcesses.Running(Cluster, default));
            Assert.Equal(1, await Kept(postgres.ConnectionString));
        }
    }

    [Fact]
    public async Task A_killed_postgresql_recovers()
    {
        var postmaster = await StartWithoutServer();
        await Execute(await ConnectionString(), "INSERT INTO kept VALUES (1)");
        Kill(postmaster);
        Assert.True(File.Exists(PidFile));
        await using var postgres = await Start();
        Assert.Equal(1, await Kept(postgres.ConnectionString));
    }

    [Fact]
    public async Task A_backend_that_outlives_its_postmaster_does_not_hold_up_the_next_start()
    {
        var postmaster = await StartWithoutServer();
        await using var connection = new NpgsqlConnection($"{await ConnectionString()};Pooling=false");
        await connection.OpenAsync();
        // A computation that never waits for anything, and so never notices that the postmaster is gone.
        var endless = connection.ExecuteAsync(new CommandDefinition("DO 'BEGIN LOOP END LOOP; END'", commandTimeout: 0));
        Kill(postmaster);
        await using var postgres = await Start();
        Assert.Equal(0, await Kept(postgres.ConnectionString));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => endless);
    }

    [Fact]
    public async Task A_process_id_that_now_belongs_to_another_program_does_not_hold_up_the_start()
    {
        string[] remembered;
        await using (await Start()) remembered = await File.ReadAllLinesAsync(PidFile);
        // PostgreSQL takes any living process of its own user for its postmaster.
        using var stranger = Process.Start(Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--init-groups", "sleep", "60"])
            : new ProcessStartInfo("sleep", ["60"]))!;
        await File.WriteAllLinesAsync(PidFile, [stranger.Id.ToString(CultureInfo.InvariantCulture), .. remembered[1..]]);

        await using (var postgres = await Start())
            Assert.Equal(0, await Kept(postgres.ConnectionString));
        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    [Fact]
    public async Task Data_of_another_major_version_is_refused_with_both_versions()
    {
        await File.WriteAllTextAsync(Path.Combine(Cluster, "PG_VERSION"), "9\n");
        var failure = await Assert.ThrowsAsync<StartupException>(Start);
        Assert.Matches($"^The data in {Cluster} is of PostgreSQL 9, but the programs in .* are of (15|16|17|18): ", failure.Message);
    }

    [Fact]
    public async Task A_folder_that_the_user_postgres_cannot_enter_is_refused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root runs PostgreSQL as another user.");
        var closed = Directory.CreateTempSubdirectory().FullName; // only its owner may enter
        var failure = await Assert.ThrowsAsync<StartupException>(
            () => EmbeddedPostgres.Start(Path.Combine(closed, "data"), TestFolder.PostgresBin, NullLogger.Instance, default));
        Assert.StartsWith(
            $"The user postgres, who runs PostgreSQL because root may not, cannot enter {closed}/data/postgres: ",
            failure.Message,
            StringComparison.Ordinal);
        Directory.Delete(closed, recursive: true);
    }

    [Theory]
    [InlineData("with space, comma's and \"quotes\" $HOME `id` \\ ж")]
    [InlineData("long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long")]
    public async Task The_data_directory_may_have_any_name(string name)
    {
        var moved = Path.Combine(data, name);
        Directory.CreateDirectory(moved);
        Directory.Move(Folder, Path.Combine(moved, "postgres"));
        await using var postgres = await EmbeddedPostgres.Start(
            moved, TestFolder.PostgresBin, EmbeddedTuning.Fleeting, NullLogger.Instance, default);
        Assert.Equal(0, await Kept(postgres.ConnectionString));
    }

    [Fact]
    public async Task A_first_start_that_was_killed_is_begun_again()
    {
        Directory.Move(Cluster, Path.Combine(Folder, "cluster.new"));
        File.Delete(Path.Combine(Folder, "cluster.new", "PG_VERSION"));
        await using var postgres = await Start();
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        Assert.Equal("C", await connection.ExecuteScalarAsync<string>("SELECT datcollate FROM pg_database WHERE datname = current_database()"));
    }

    [Fact]
    public async Task A_lost_password_is_named()
    {
        File.Delete(Path.Combine(Folder, "password"));
        var failure = await Assert.ThrowsAsync<StartupException>(() => DatabaseArea.Open(
            new DatabaseSettings(ConnectionString: null, data, TestFolder.PostgresBin), NullLogger.Instance, default));
        Assert.StartsWith($"The file {Folder}/password is missing", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(PidFile));
    }

    [Fact]
    public async Task What_postgresql_said_is_shown_when_it_does_not_start()
    {
        await File.AppendAllTextAsync(Path.Combine(Cluster, "postgresql.conf"), "work_mem = 'plenty'\n");
        var failure = await Assert.ThrowsAsync<StartupException>(Start);
        Assert.Contains("work_mem", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_is_called_off_leaves_nothing_running()
    {
        using var calledOff = new CancellationTokenSource();
        await calledOff.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => EmbeddedPostgres.Start(data, TestFolder.PostgresBin, EmbeddedTuning.Fleeting, NullLogger.Instance, calledOff.Token));
        Assert.Empty(await ClusterProcesses.Running(Cluster, default));
    }

    private Task<EmbeddedPostgres> Start() =>
        EmbeddedPostgres.Start(data, TestFolder.PostgresBin, EmbeddedTuning.Fleeting, NullLogger.Instance, default);

    private async Task<int> StartWithoutServer()
    {
        await File.WriteAllTextAsync(Path.Combine(Cluster, "paymentgateway.conf"), EmbeddedTuning.Durable.ToConfiguration(".."));
        var binaries = await PostgresBinaries.Find(
            TestFolder.PostgresBin, AppContext.BaseDirectory, PostgresBinaries.SystemFolder, default);
        var account = await PostgresAccount.For(Folder, default);
        await account.Run(binaries.PgCtl, ["-D", "cluster", "-l", "start.log", "-w", "start"], Folder, default);
        return int.Parse((await File.ReadAllLinesAsync(PidFile))[0], CultureInfo.InvariantCulture);
    }

    private async Task<string> ConnectionString() => new NpgsqlConnectionStringBuilder
    {
        Host = Folder,
        Username = "paymentgateway",
        Database = "postgres",
        Password = await File.ReadAllTextAsync(Path.Combine(Folder, "password")),
    }.ConnectionString;

    private static async Task Execute(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.ExecuteAsync(sql);
    }

    private static async Task<int> Kept(string connectionString)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        return await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM kept");
    }

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }

    /// <summary>An initialised cluster with the table <c>kept</c>: each test works on a copy.</summary>
    public sealed class StoppedCluster : IAsyncLifetime
    {
        private readonly string data = TestFolder.Create();

        public async ValueTask InitializeAsync()
        {
            await using var postgres = await EmbeddedPostgres.Start(
                data, TestFolder.PostgresBin, EmbeddedTuning.Fleeting, NullLogger.Instance, default);
            await Execute(postgres.ConnectionString, "CREATE TABLE kept (id int)");
        }

        public ValueTask DisposeAsync()
        {
            Directory.Delete(data, recursive: true);
            return ValueTask.CompletedTask;
        }

        internal async Task<string> Copy()
        {
            var copy = TestFolder.Create();
            await OperatingSystemProgram.Run("cp", ["-a", Path.Combine(data, "postgres"), copy]);
            return copy;
        }
    }
}
