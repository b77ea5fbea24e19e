using System.CommandLine;
using PaymentGateway.Database;
using PaymentGateway.Identity;
using PaymentGateway.Settings;

namespace PaymentGateway.Hosting;

/// <summary><c>reencrypt</c>: seals all stored secrets under the newest key of ENCRYPTION_KEY, beside servers that work.</summary>
internal static class ReencryptCommand
{
    public static Command Create()
    {
        var command = new Command(
            "reencrypt", "Seal all stored secrets under the first key of ENCRYPTION_KEY, and say when the older ones may be removed.")
        {
            Startup.DataOption,
        };
        command.SetAction((parsed, cancel) => CommandLine.Guard(() =>
            Reencrypt(Startup.ReadSettings(), Path.GetFullPath(parsed.GetValue(Startup.DataOption)!), cancel)));
        return command;
    }

    private static async Task<int> Reencrypt(ServerSettings settings, string dataDirectory, CancellationToken cancel)
    {
        using var logging = Startup.Logging(settings);
        var keys = Startup.OpenKeys(settings, dataDirectory);
        await using var db = await Startup.OpenDatabaseBeside(settings, dataDirectory, logging.CreateLogger("Database"), cancel);
        await using var services = Services(settings, db, await DerivationRoot.Join(db, keys, cancel));
        var result = await services.GetRequiredService<StoredSecrets>().Reencrypt(line => Console.Out.WriteLineAsync(line), cancel);
        await Print(result, Console.Out);
        return result.Unreadable.Count == 0 && result.Remaining.Count == 0 ? 0 : 1;
    }

    /// <summary>Every area registers what it has sealed.</summary>
    private static ServiceProvider Services(ServerSettings settings, Db db, KeyRing keys)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System).AddLogging();
        services.AddAreas(new ServerContext(settings, db, keys));
        return services.BuildServiceProvider();
    }

    public static async Task Print(Reencrypted result, TextWriter output)
    {
        foreach (var place in result.Unreadable)
        {
            await output.WriteLineAsync($"DAMAGED  {place}: its key does not open it; it is left as it is");
        }

        if (result.Remaining.Count > 0)
        {
            await output.WriteLineAsync($"Still needed: {string.Join(", ", result.Remaining)}. Run this again once every server has the new key in front.");
        }
        else if (result.Replaced > 0)
        {
            await output.WriteLineAsync($"{result.Replaced} secrets were re-encrypted. Run this once more when every server has the new key in front.");
        }
        else if (result.Unneeded.Count > 0)
        {
            await output.WriteLineAsync(
                $"All secrets are under the newest key. From {result.RemovableFrom:u} on these keys may be removed: {string.Join(", ", result.Unneeded)}");
        }
        else
        {
            await output.WriteLineAsync("All secrets are under the only key there is.");
        }
    }
}
