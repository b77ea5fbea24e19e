using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Paypal;
using PaymentGateway.Connectors.Square;
using PaymentGateway.Connectors.Stripe;
using PaymentGateway.Database;
using PaymentGateway.Tests.Conformance;

namespace PaymentGateway.Tests.Connectors;

/// <summary>What the card forms of processors tell a page.</summary>
public sealed class CardFormTests
{
    private static readonly ConnectorSettings official = new();

    public static TheoryData<string, Mode> All
    {
        get
        {
            var data = new TheoryData<string, Mode>();
            foreach (var name in (string[])["stripe", "square", "paypal"])
            {
                data.Add(name, Mode.Test);
                data.Add(name, Mode.Live);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_form_tells_the_page_no_secret(string name, Mode mode)
    {
        var form = FormOf(name, AccountOf(name, mode), official);
        string[] told = [form.Library.AbsoluteUri, .. form.Settings.Values, .. HostsOf(form)];
        foreach (var secret in ConnectorOf(name, official).AccountFields.Where(field => field.IsSecret))
        {
            Assert.DoesNotContain(told, text => text.Contains(ValueOf(secret.Name), StringComparison.Ordinal));
        }
    }

    /// <summary>A wildcard names hosts below one host of the processor, never a whole scheme or everything.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void A_form_lets_in_named_hosts_over_https_only(string name, Mode mode)
    {
        var form = FormOf(name, AccountOf(name, mode), official);
        Assert.All(HostsOf(form), host => Assert.Matches(@"^https://(\*\.[a-z0-9-]+\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$", host));
        Assert.Contains(form.Library.GetLeftPart(UriPartial.Authority), form.Hosts.Scripts);
        Assert.Equal("https", form.Library.Scheme);
    }

    [Theory]
    [InlineData("stripe", "https://js.stripe.com/v3/")]
    [InlineData("square", "https://web.squarecdn.com/v1/square.js")]
    [InlineData("paypal", "https://www.paypal.com/sdk/js?client-id=value-of-clientId&components=card-fields")]
    public void Live_mode_loads_the_processors_own_library_whatever_test_mode_is_pointed_at(string name, string library)
    {
        var simulated = Simulated();
        var live = FormOf(name, AccountOf(name, Mode.Live), simulated);
        Assert.Equal(library, live.Library.AbsoluteUri);
        Assert.DoesNotContain(HostsOf(live), host => host.Contains("127.0.0.1", StringComparison.Ordinal));
        Assert.DoesNotContain(HostsOf(live), host => host.Contains("sandbox", StringComparison.Ordinal));

        var test = FormOf(name, AccountOf(name, Mode.Test), simulated);
        Assert.Equal("http://127.0.0.1:12345", test.Library.GetLeftPart(UriPartial.Authority));
        Assert.All(HostsOf(test), host => Assert.Equal("http://127.0.0.1:12345", host));
    }

    [Theory]
    [InlineData("stripe", "publishableKey")]
    [InlineData("square", "applicationId")]
    [InlineData("paypal", "cardFields")]
    public void Without_its_public_field_an_account_has_no_form(string name, string field)
    {
        var account = AccountOf(name, Mode.Test);
        var without = account with { Fields = account.Fields.Where(one => one.Key != field).ToDictionary() };
        Assert.Null(((ICardFormConnector)ConnectorOf(name, official)).CardFormOf(without));
    }

    private static ConnectorSettings Simulated()
    {
        var simulator = new Uri("http://127.0.0.1:12345");
        return official with
        {
            Stripe = official.Stripe with { Test = simulator },
            Square = official.Square with { Test = simulator },
            Paypal = official.Paypal with { Test = simulator },
        };
    }

    private static CardForm FormOf(string name, ProcessorAccount account, ConnectorSettings settings) =>
        ((ICardFormConnector)ConnectorOf(name, settings)).CardFormOf(account)
        ?? throw new InvalidOperationException($"{name} has no form for this account.");

    private static IReadOnlyList<string> HostsOf(CardForm form)
    {
        var hosts = form.Hosts;
        return [.. hosts.Scripts, .. hosts.Frames, .. hosts.Connections, .. hosts.Styles, .. hosts.Images, .. hosts.Fonts];
    }

    private static ProcessorAccount AccountOf(string name, Mode mode) => new(
        "pacc_form", new Tenant("mer_form", mode), name,
        ConnectorOf(name, official).AccountFields.ToDictionary(field => field.Name, field => ValueOf(field.Name)));

    private static string ValueOf(string field) => field == "cardFields" ? "true" : $"value-of-{field}";

    private static IAccountConnector ConnectorOf(string name, ConnectorSettings settings)
    {
        var http = new ProcessorHttp(ProcessorHttp.NewClient(), TimeProvider.System, NullLogger<ProcessorHttp>.Instance);
        var accounts = new TestAccounts();
        return name switch
        {
            "stripe" => new StripeConnector(new StripeClient(http, settings.Stripe, accounts), TimeProvider.System),
            "square" => new SquareConnector(new SquareClient(http, settings.Square, accounts), TimeProvider.System),
            _ => PaypalKit.ConnectorOf(
                new("pacc", new Tenant("mer_form", Mode.Test), name, new Dictionary<string, string>()), settings.Paypal, TimeProvider.System),
        };
    }
}
