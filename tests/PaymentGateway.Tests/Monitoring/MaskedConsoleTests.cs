using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using PaymentGateway.Monitoring;

namespace PaymentGateway.Tests.Monitoring;

/// <summary>The lines as they would be written, through the formatters that the server registers.</summary>
public sealed class MaskedConsoleTests
{
    private const string Card = "4111111111111111";
    private const string Secret = "sk_test_MERCH_FH_0r80hty0dd73";

    [Theory]
    [InlineData(ConsoleFormatterNames.Simple)]
    [InlineData(ConsoleFormatterNames.Json)]
    [InlineData(ConsoleFormatterNames.Systemd)]
    public void A_card_number_or_a_secret_logged_by_accident_is_masked_in_message_scope_and_exception(string format)
    {
        var line = Write(format, masked: true);
        Assert.DoesNotContain(Card, line, StringComparison.Ordinal);
        Assert.DoesNotContain("0r80hty0dd73", line, StringComparison.Ordinal);
        Assert.DoesNotContain("cGs6c2s=", line, StringComparison.Ordinal);
        Assert.Contains("paying", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConsoleFormatterNames.Simple)]
    [InlineData(ConsoleFormatterNames.Json)]
    public void Without_the_mask_they_would_get_out(string format)
    {
        var line = Write(format, masked: false);
        Assert.Contains(Card, line, StringComparison.Ordinal);
        Assert.Contains(Secret, line, StringComparison.Ordinal);
    }

    private static string Write(string format, bool masked)
    {
        using var services = Services(masked);
        var formatter = services.GetServices<ConsoleFormatter>().Single(f => f.Name == format);
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new Dictionary<string, object> { ["authorization"] = "Basic cGs6c2s=", ["sent"] = Secret });
        using var output = new StringWriter();
        var state = new List<KeyValuePair<string, object?>> { new("Number", Card), new("{OriginalFormat}", "paying {Number}") };
        formatter.Write(new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(LogLevel.Error, "Test", default, state,
            new InvalidOperationException($"no use for {Secret}"), (_, _) => $"paying {Card}"), scopes, output);
        return output.ToString();
    }

    private static ServiceProvider Services(bool masked) => new ServiceCollection().AddLogging(logging =>
    {
        logging.AddJsonConsole(json => json.IncludeScopes = true).AddSimpleConsole(simple => simple.IncludeScopes = true);
        if (masked)
        {
            logging.MaskSecrets();
        }
    }).BuildServiceProvider();
}
