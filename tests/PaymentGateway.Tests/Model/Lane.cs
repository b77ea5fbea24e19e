using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Merchants;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Model.Families;

namespace PaymentGateway.Tests.Model;

/// <summary>
/// A server with a database and a machine's clock of its own, on which cohorts of sequences run one after the other. No worker runs by itself: so
/// nothing that nobody asked for can come between two steps.
/// </summary>
internal sealed class Lane : IAsyncDisposable
{
    private static readonly TimeSpan betweenCohorts = TimeSpan.FromMinutes(1);

    /// <summary>No worker takes fewer at a time.</summary>
    private const int BatchMin = 50;

    /// <summary>A connection plans each statement anew a few times before it keeps a plan: that is to be done by few, and once.</summary>
    private const string PoolSettings = "Maximum Pool Size=12;Options=-c plan_cache_mode=force_generic_plan";

    private readonly ConcurrentDictionary<string, World> worlds = new(StringComparer.Ordinal);
    private readonly SocketsHttpHandler wires = new();
    private readonly HttpClient road;
    private readonly Line nobodysLine;
    private readonly Postman nobodysPostman;
    private TestGateway? gateway;
    private Observer? observer;

    private Lane()
    {
        road = new HttpClient(wires, disposeHandler: false);
        nobodysLine = NewLine();
        nobodysPostman = new Postman(nobodysLine.Mishaps, road);
    }

    /// <summary>What there is to do and to look at. The order is that of the checks.</summary>
    public static IReadOnlyList<IFamily> Families { get; } =
    [
        new TimeFamily(), new OrdersFamily(), new IntentsFamily(), new BankFamily(), new RefundsFamily(), new QrCodesFamily(), new BnplFamily(),
        new CustomersFamily(), new DisputesFamily(), new SplitsFamily(), new BalancesFamily(), new SavedMethodsFamily(), new MandatesFamily(),
        new SetupIntentsFamily(),
    ];

    public TestGateway Gateway => gateway!;

    public ManualClock Clock { get; } = new();

    public IReadOnlyList<Round> Rounds { get; private set; } = [];

    public static async Task<Lane> Start()
    {
        var lane = new Lane();
        lane.gateway = await TestGateway.StartWith(
            lane.Replace, lane.Clock, await TestDatabase.Create(PoolSettings), ("ROLE", "api"), ("LOG_LEVEL", "none"),
            ("RATE_LIMIT_PER_MINUTE", "100000000"), ("RATE_LIMIT_PER_ADDRESS_PER_MINUTE", "100000000"));
        lane.gateway.Get<ConnectorRegistry>();
        lane.Rounds = [.. Families.SelectMany(family => family.Rounds(lane.gateway.Services))];
        lane.observer = await Observer.Open(lane.gateway.Database.ConnectionString, Families.SelectMany(family => family.Tables));
        return lane;
    }

    /// <summary>Runs sequences of one cohort together from the beginning to the end, each with a new merchant.</summary>
    public async Task<IReadOnlyList<SequenceResult>> Run(IReadOnlyList<Recipe> recipes)
    {
        Clock.Advance(betweenCohorts);
        await observer!.Forget();
        var sequences = await Task.WhenAll(recipes.Select(async recipe => new Sequence(await NewWorld(recipe), recipe)));
        await new Cohort(this, observer, sequences).Run();
        foreach (var sequence in sequences)
        {
            await Leave(sequence.World);
        }

        return [.. sequences.Select(sequence => sequence.Result)];
    }

    /// <summary>One worker has its turn: all that is due for these merchants.</summary>
    public Task Run(Round round, IReadOnlyList<World> of) => Run([round], of);

    /// <summary>Every worker that has something to do for these merchants has its turn.</summary>
    /// <returns>Whether there was one.</returns>
    public Task<bool> RunDue(IReadOnlyList<World> of) => Run(Rounds, of);

    public async ValueTask DisposeAsync()
    {
        await observer!.DisposeAsync();
        await Gateway.DisposeAsync();
        road.Dispose();
        wires.Dispose();
    }

    /// <summary>A client of the server; all of them share the connections.</summary>
    public HttpClient Client() => new(wires, disposeHandler: false) { BaseAddress = Gateway.Address };

    private async Task<bool> Run(IReadOnlyList<Round> rounds, IReadOnlyList<World> of)
    {
        var counts = await CountDue(rounds, of);
        foreach (var (round, count) in rounds.Zip(counts))
        {
            for (var taken = 0L; taken < count; taken += BatchMin)
            {
                await round.Run(CancellationToken.None);
            }
        }

        return counts.Any(count => count > 0);
    }

    /// <summary>Asked in one statement.</summary>
    private async Task<long[]> CountDue(IReadOnlyList<Round> rounds, IReadOnlyList<World> of)
    {
        var counts = rounds.Select(round => string.Join(" + ", round.Due.Select(CountOf)));
        await using var connection = await Gateway.Db.OpenSystem(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<long[]>(
            $"SELECT ARRAY[{string.Join(",\n", counts)}]",
            new { merchants = of.Select(world => world.Tenant.MerchantId).ToArray(), times = of.Select(world => world.Now).ToArray() }))!;
    }

    private static string CountOf(DueRows due) =>
        $"""
        (SELECT count(*)
         FROM unnest(@merchants, @times) AS m (id, at)
         JOIN {due.Table} AS d ON d.merchant_id = m.id AND d.mode = 'test' AND d.{due.Due} <= m.at AND ({due.Where}))
        """;

    /// <summary>The server's own breaker stands aside: it is one for all merchants, and theirs are at their lines.</summary>
    private void Replace(IServiceCollection services)
    {
        var settings = (ConnectorSettings)services.Single(service => service.ServiceType == typeof(ConnectorSettings)).ImplementationInstance!;
        services.Remove(services.Single(service => service.ServiceType == typeof(ConnectorSettings)));
        services.AddSingleton(settings with { BreakerCallsMin = int.MaxValue });
        services.Remove(services.Single(service => service.ImplementationType == typeof(SandboxConnector)));
        services.AddSingleton<IConnector>(provider => new FaultyConnector(ActivatorUtilities.CreateInstance<SandboxConnector>(provider), LineOf));
        services.Remove(services.Single(service => service.ServiceType == typeof(SandboxNotifier)));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SandboxNotifier>(provider, new HttpClient(new PostOffice(PostmanOf))));
    }

    private Line NewLine() => new(new ConnectorSettings(), Clock);

    /// <summary>What a merchant whose sequence is over still has under way goes its way.</summary>
    private Line LineOf(Tenant tenant) => worlds.GetValueOrDefault(tenant.MerchantId)?.Line ?? nobodysLine;

    private Postman PostmanOf(string merchantId) => worlds.GetValueOrDefault(merchantId)?.Postman ?? nobodysPostman;

    /// <summary>
    /// Every round of work looks at each clock there is: with those of former sequences each would take longer than the one before. The
    /// database lets nobody take an advanced clock away, so its triggers are off for this one statement.
    /// </summary>
    private async Task Leave(World world)
    {
        world.Line.Mishaps.EndSequence();
        await world.Line.LetLateCallsArrive();
        await using var connection = await Gateway.Db.OpenSystem(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SET LOCAL session_replication_role = replica", transaction: transaction);
        await connection.ExecuteAsync("DELETE FROM clocks.offsets WHERE merchant_id = @MerchantId", new { world.Tenant.MerchantId }, transaction);
        await transaction.CommitAsync();
        worlds.TryRemove(world.Tenant.MerchantId, out _);
        world.Dispose();
    }

    private async Task<World> NewWorld(Recipe recipe)
    {
        var dice = Seeded.Dice(recipe.Seed, recipe.Number);
        var created = await Gateway.Get<CreateMerchant>().Run(
            new NewMerchant(null, "Model", "IN", Currency.INR, new(null, null), PaymentMethods.All, dice.Next(0, 400) / 100m, FeeTaxPercent: 18),
            CancellationToken.None);
        var access = created.Value.Test;
        var (tenant, line) = (access.Merchant.Tenant, NewLine());
        var world = new World(this, tenant, access.Keys.ApiSecret, line, new Postman(line.Mishaps, road));
        worlds[tenant.MerchantId] = world;
        var merchantPath = $"/api/payments/merchants/{tenant.MerchantId}";
        var rolled = await world.Shop.Post($"{merchantPath}/api-keys/roll", new { overlapHours = 72 });
        await world.Shop.Call(HttpMethod.Patch, merchantPath, new
        {
            feeReturnedOnRefund = dice.OneIn(2),
            refundPolicy = dice.OneIn(2) ? (object)new { approvalAbove = dice.Next(50, 400), approvals = 1 } : new { },
        });
        var clock = await world.Shop.Post("/api/payments/test-clocks", new { name = "Model" });
        world.Meet(rolled.Body.Text("apiSecret"), clock.Body.Text("id"));
        return world;
    }
}
