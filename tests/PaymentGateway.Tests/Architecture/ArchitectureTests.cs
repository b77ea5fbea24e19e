using Mono.Cecil;

namespace PaymentGateway.Tests.Architecture;

public sealed class ArchitectureTests
{
    private static readonly Lazy<AssemblyDefinition> server = new(() => Read(typeof(Program)));

    private static readonly Lazy<IReadOnlyList<string>> brokenOnPurpose =
        new(() => HouseRules.Broken(server.Value, Read(typeof(ArchitectureTests))));

    [Fact]
    public void The_server_keeps_the_rules_of_the_house()
    {
        var broken = HouseRules.Broken(server.Value);
        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
    }

    [Fact]
    public void The_table_has_no_circle_and_only_known_areas()
    {
        var table = Areas.MayUse.SelectMany(row => row.Value.Select(used => (row.Key, used))).ToList();
        Assert.Null(HouseRules.Circle(table.ToLookup(pair => pair.Key, pair => pair.used)));
        Assert.All(table, pair => Assert.Contains(pair.used, Areas.MayUse.Keys));
    }

    [Fact]
    public void The_table_allows_nothing_that_nobody_does()
    {
        var used = CompiledCode.UsesOf(server.Value).Select(use => (use.User.Area, TypeName.Of(use.Type).Area)).ToHashSet();
        var unused = Areas.MayUse.Where(row => row.Key is not ("Monitoring" or "Docs" or Areas.Hosting))
            .SelectMany(row => row.Value.Select(other => (row.Key, other))).Where(pair => !used.Contains(pair!));
        Assert.Empty(unused);
    }

    [Fact]
    public void Who_may_ask_for_the_real_time_does()
    {
        var asking = CompiledCode.UsesOf(server.Value)
            .Where(use => use.Type.FullName == "System.TimeProvider" && use.Member?.Name == "GetUtcNow").Select(use => use.User.FullOuter).ToHashSet();
        Assert.Empty(Areas.RealTimeElsewhere.Keys.Except(asking));
    }

    [Fact]
    public void An_exception_that_is_no_longer_needed_is_removed()
    {
        var types = CompiledCode.TypesOf(server.Value).Select(type => type.FullName).ToHashSet();
        Assert.All(Areas.SqlElsewhere.Keys.Concat(Areas.HttpElsewhere.Keys).Concat(Areas.ClockElsewhere.Keys)
            .Concat(Areas.RealTimeElsewhere.Keys), named => Assert.Contains(named, types));
    }

    /// <summary>Broken.cs breaks every rule in namespaces of the server; without it nobody would know that the check looks at all.</summary>
    [Theory]
    [InlineData("Ledger may not use Payments: PaymentGateway.Ledger.BreaksDirectionInABody uses PaymentGateway.Payments.PaymentsArea")]
    [InlineData("Ledger may not use Payments: PaymentGateway.Ledger.BreaksDirectionInAField uses PaymentGateway.Payments.PaymentSettings")]
    [InlineData("Ledger may not use Payments: PaymentGateway.Ledger.BreaksDirectionInAGenericArgument uses PaymentGateway.Payments.PaymentSettings")]
    [InlineData("Ledger may not use Payments: PaymentGateway.Ledger.BreaksDirectionInAnAttribute uses PaymentGateway.Payments.PaymentSettings")]
    [InlineData("Ledger may not use Payments: PaymentGateway.Ledger.BreaksDirectionInASignature uses PaymentGateway.Payments.PaymentSettings")]
    [InlineData("Ledger may not use Payments: PaymentGateway.Ledger.BreaksDirectionInAClosure uses PaymentGateway.Payments.PaymentSettings")]
    [InlineData("Ledger may not use Payments: PaymentGateway.Ledger.BreaksDirectionInAnAsyncMethod uses PaymentGateway.Payments.PaymentSettings")]
    [InlineData("The area Helpers of PaymentGateway.Helpers.BelongsNowhere is not in the table")]
    [InlineData("PaymentGateway.Payments.BreaksPrivacyOfAType uses PaymentGateway.Ledger.LedgerRows, which is internal to Ledger")]
    [InlineData("PaymentGateway.Payments.BreaksPrivacyOfAMember uses PaymentGateway.Commit.Change.get_Rows, which is internal to Commit")]
    [InlineData("PaymentGateway.Payments.HoldsSql holds SQL: SELECT…")]
    [InlineData("PaymentGateway.Payments.HoldsSqlInAConstant holds SQL: UPDATE p…")]
    [InlineData("PaymentGateway.Payments.CallsOut calls out over HTTP")]
    [InlineData("PaymentGateway.Payments.NamesTheClock names the system's clock instead of being given one")]
    [InlineData("PaymentGateway.Payments.NamesTheClock asks for the real time instead of the merchant's")]
    [InlineData("PaymentGateway.Payments.ImpureDecisions decides, and touches System.TimeProvider")]
    [InlineData("PaymentGateway.Payments.ImpureDecisions decides, and touches PaymentGateway.Database.Db")]
    [InlineData("PaymentGateway.Payments.ImpureDecisions decides, and touches Microsoft.AspNetCore.Http.HttpContext")]
    [InlineData("PaymentGateway.Payments.ImpureDecisions decides, and touches System.Random")]
    [InlineData("PaymentGateway.Payments.ImpureDecisions decides, and touches System.DateTimeOffset")]
    [InlineData("PaymentGateway.Payments.ImpureDecisions decides, and touches PaymentGateway.Database.Id")]
    public void A_broken_rule_is_named(string sentence)
    {
        Assert.Contains(sentence, brokenOnPurpose.Value);
    }

    [Fact]
    public void A_circle_is_named()
    {
        Assert.Contains(brokenOnPurpose.Value, sentence =>
            sentence.StartsWith("Areas use each other in a circle: ", StringComparison.Ordinal)
            && sentence.Contains("Ledger → Payments", StringComparison.Ordinal));
    }

    private static AssemblyDefinition Read(Type type)
    {
        var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(AppContext.BaseDirectory);
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Http.HttpContext).Assembly.Location)!);
        return AssemblyDefinition.ReadAssembly(type.Assembly.Location, new ReaderParameters { AssemblyResolver = resolver });
    }
}
