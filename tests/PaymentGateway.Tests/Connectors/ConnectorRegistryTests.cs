using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors;

public sealed class ConnectorRegistryTests
{
    [Theory]
    [InlineData("card", "INR", Mode.Test, "everything,test_only")]
    [InlineData("card", "INR", Mode.Live, "everything")]
    [InlineData("upi", "INR", Mode.Live, "rupees_by_upi")]
    [InlineData("upi", "USD", Mode.Live, "")]
    [InlineData("cash", "INR", Mode.Live, "")]
    public async Task Candidates_are_those_that_can_take_the_payment(string method, string code, Mode mode, string expected)
    {
        var registry = Registry(
            new ScriptedConnector("everything") { Capabilities = Can("card", null, Mode.Test, Mode.Live) },
            new ScriptedConnector("test_only") { Capabilities = Can("card", null, Mode.Test) },
            new ScriptedConnector("rupees_by_upi") { Capabilities = Can("upi", "INR", Mode.Test, Mode.Live) });
        Assert.True(Currency.TryParse(code, out var currency));

        var names = (await registry.For(new Tenant("MERCH", mode))).Candidates(method, currency).Select(c => c.Name);

        Assert.Equal(expected, string.Join(',', names));
    }

    [Fact]
    public async Task A_processor_with_accounts_is_only_for_merchants_that_have_one_and_comes_first()
    {
        var tenant = new Tenant("MERCH", Mode.Test);
        var registry = Registry(
            new TestAccounts([Account("second"), Account("first"), Account("open")]),
            new ScriptedConnector("open"), new AccountedConnector("first"), new AccountedConnector("second"), new AccountedConnector("third"));

        Assert.Equal(["second", "first", "open"], (await registry.For(tenant)).All.Select(c => c.Name));
        Assert.Equal(["open"], (await registry.For(new Tenant("OTHER", Mode.Test))).All.Select(c => c.Name));

        ProcessorAccount Account(string connector) => new("pacc_1", tenant, connector, new Dictionary<string, string>());
    }

    [Fact]
    public void A_connector_is_found_by_its_exact_name()
    {
        var registry = Registry(new ScriptedConnector("one"));
        Assert.Equal("one", registry.Find("one")?.Name);
        Assert.Null(registry.Find("One"));
        Assert.Null(registry.Find(""));
    }

    [Fact]
    public void Two_connectors_of_one_name_are_refused_at_start() =>
        Assert.Throws<ArgumentException>(() => Registry(new ScriptedConnector("one"), new ScriptedConnector("one")));

    private static ConnectorCapabilities Can(string method, string? currency, params Mode[] modes) => new(
        new[] { method }.ToFrozenSet(), currency is null ? null : new[] { currency }.ToFrozenSet(), modes.ToFrozenSet(),
        TimeSpan.FromMinutes(1));

    private static ConnectorRegistry Registry(params IConnector[] connectors) => Registry(new TestAccounts(), connectors);

    private static ConnectorRegistry Registry(TestAccounts accounts, params IConnector[] connectors) => new(
        connectors, accounts, new ConnectorSettings(),
        new ConnectorMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>()),
        TimeProvider.System, NullLogger<GuardedConnector>.Instance);
}
