using System.CommandLine;
using PaymentGateway.Database;
using PaymentGateway.Identity;
using PaymentGateway.Merchants;

namespace PaymentGateway.Hosting;

/// <summary><c>merchant create</c>: makes a merchant and prints its keys, which are shown this once.</summary>
internal static class MerchantCommand
{
    private static readonly Option<string> name = new("--name") { Description = "Its name, as customers see it.", Required = true };
    private static readonly Option<string?> id = new("--id") { Description = "Its id, such as MERCH_FH_001; one is made when absent." };
    private static readonly Option<string> country = new("--country") { Description = "ISO 3166 code.", DefaultValueFactory = _ => "IN" };
    private static readonly Option<string> currency = new("--currency") { Description = "ISO 4217 code.", DefaultValueFactory = _ => "INR" };
    private static readonly Option<decimal> fee = new("--fee-percent") { Description = "Of each payment.", DefaultValueFactory = _ => 2m };
    private static readonly Option<decimal> tax = new("--fee-tax-percent") { Description = "Of the fee.", DefaultValueFactory = _ => 18m };

    public static Command Create()
    {
        var create = new Command("create", "Make a merchant and print its keys.") { name, id, country, currency, fee, tax, Startup.DataOption };
        create.SetAction((parsed, cancel) => CommandLine.Guard(() => Run(parsed, cancel)));
        return new Command("merchant", "Merchants.") { create };
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        if (!Currency.TryParse(parsed.GetValue(currency), out var known))
        {
            throw new StartupException($"{parsed.GetValue(currency)} is not an ISO 4217 code in capitals.");
        }

        var settings = Startup.ReadSettings();
        var dataDirectory = Path.GetFullPath(parsed.GetValue(Startup.DataOption)!);
        using var logging = Startup.Logging(settings);
        var keys = Startup.OpenKeys(settings, dataDirectory);
        await using var db = await Startup.OpenDatabase(settings, dataDirectory, logging.CreateLogger("Database"), cancel);
        await using var services = new ServiceCollection()
            .AddSingleton(TimeProvider.System).AddSingleton(settings).AddLogging()
            .AddDatabase(db).AddSingleton<Commit.Committer>().AddIdentity(keys).AddMerchants().BuildServiceProvider();
        var made = await services.GetRequiredService<CreateMerchant>().Run(
            new NewMerchant(parsed.GetValue(id), parsed.GetValue(name)!, parsed.GetValue(country)!, known, new(null, null),
                Payments.PaymentMethods.All, parsed.GetValue(fee), parsed.GetValue(tax)), cancel);
        if (made.IsRefused)
        {
            throw new StartupException(made.Refusal!.Message ?? made.Refusal.Kind.Sentence);
        }

        await Console.Out.WriteLineAsync(System.Text.Json.JsonSerializer.Serialize(made.Value, indented));
        return 0;
    }

    private static readonly System.Text.Json.JsonSerializerOptions indented =
        new(System.Text.Json.JsonSerializerDefaults.Web) { WriteIndented = true };
}
