using System.Text;
using Dapper;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Tests.Connectors.Sandbox;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Conformance;

/// <summary>The sandbox, which is its own processor: it is told with each call how to misbehave.</summary>
internal sealed class SandboxKit : ProcessorKit
{
    private readonly SandboxServer server;
    private string? behaviour;

    public SandboxKit(SandboxServer server)
    {
        this.server = server;
        server.Messages.Clear();
    }

    internal override GuardedConnector Connector => server.Guarded;

    internal override Tenant Tenant => SandboxServer.Shop;

    /// <summary>What it answered itself it writes about only when it is to do so twice.</summary>
    protected override string? BehaviourOfCalls => behaviour ?? SandboxBehaviour.DuplicateNotification;

    internal override async Task<string?> Token(TestCard card)
    {
        var number = card switch
        {
            TestCard.Good or TestCard.Kept => "4242424242424242",
            TestCard.Declined or TestCard.SetupDeclined => "4000000000000002",
            TestCard.NoFunds => "4000000000009995",
            TestCard.Expired => "4000000000000069",
            TestCard.WrongCvv => "4000000000000127",
            TestCard.Challenged or TestCard.SetupChallenged => "4000000000003220",
            _ => null,
        };
        return number is null ? null : await server.Token(number);
    }

    internal override async Task Answer(NextAction action, bool passes)
    {
        // The third wrong password ends it.
        for (var i = 0; i < (passes ? 1 : 3); i++)
        {
            await SandboxWorld.AnswerAtBank(action.Url!, "approve", passes ? "1234" : "0000");
        }
    }

    internal override Task<bool> Misbehave(ProcessorFault fault)
    {
        behaviour = fault switch
        {
            ProcessorFault.AnswerLost => SandboxBehaviour.LostAnswer,
            ProcessorFault.CallLost => SandboxBehaviour.NeverArrives,
            ProcessorFault.Broken => SandboxBehaviour.Error500,
            _ => null,
        };
        return Task.FromResult(behaviour is not null);
    }

    internal override Task<bool> Misbehave(WebhookFault fault)
    {
        behaviour = fault switch
        {
            WebhookFault.Twice => SandboxBehaviour.DuplicateNotification,
            _ => null,
        };
        return Task.FromResult(behaviour is not null);
    }

    internal override Task EndFaults()
    {
        behaviour = null;
        return Task.CompletedTask;
    }

    internal override async Task<IReadOnlyList<IncomingMessage>> Webhooks(int atLeast)
    {
        await server.Notifier.RunDue(Cancel);
        var came = new List<IncomingMessage>();
        while (server.Messages.TryDequeue(out var message))
        {
            // The server has done others' work before.
            if (Keys.Any(key => message.Body.Span.IndexOf(Encoding.UTF8.GetBytes(key)) >= 0))
            {
                came.Add(message);
            }
        }

        return came;
    }

    internal override Task ReleaseWebhooks() => LetTimePass(TimeSpan.FromMinutes(1));

    internal override async Task LetTimePass(TimeSpan time)
    {
        server.Clock.Advance(time);
        await server.Notifier.RunDue(Cancel);
    }

    internal override async Task<bool> OpenDispute(string chargeKey, string chargeReference)
    {
        var terms = new DisputeTerms(IsInquiry: false, DisputeReason.Fraudulent, Amount(100), IsFeeReturned: true, DisputeTerms.ResponseDaysDefault);
        await server.Service<SandboxBank>().Open(Tenant, chargeKey, terms, behaviour: null, Cancel);
        return true;
    }

    internal override async Task<(int Payments, Money Captured)> AtProcessor(string chargeKey)
    {
        await using var connection = await server.Db.OpenSystem(Cancel);
        var (count, captured) = await connection.QuerySingleAsync<(int, long)>(
            "SELECT count(*)::int, coalesce(sum(captured), 0)::bigint FROM sandbox.charges WHERE key = @chargeKey AND summary ->> 'method' <> 'unknown'",
            new { chargeKey });
        return (count, Money.FromMinor(captured, Currency));
    }

    /// <summary>Nobody has described its calls: they are ours.</summary>
    internal override Task AssertRequestsFit() => Task.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
