using PaymentGateway.Connectors;

namespace PaymentGateway.Tests.Conformance;

/// <summary>Stripe made the payment, its answer was lost, and its clock is not ours: the payment must not be taken for one that is not there.</summary>
public sealed class LostIntentTests
{
    [Fact]
    public async Task A_payment_outside_its_time_is_found_when_its_key_is_to_be_closed()
    {
        await using var kit = await StripeKit.Start();
        await kit.LetTimePass(TimeSpan.FromMinutes(5));
        await kit.Misbehave(ProcessorFault.AnswerLost);
        var call = kit.Call(new Instrument.Card((await kit.Token(TestCard.Good))!), capture: true);
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Authorize(call, ProcessorKit.Cancel));
        await kit.EndFaults();

        Assert.IsType<ConnectorOutcome.NotFound>(await kit.Connector.Status(new(kit.Tenant, call.Key, null, null), ProcessorKit.Cancel));
        var close = new FollowUpCall(kit.Tenant, kit.NewKey("op"), call.Key, null, call.Amount, null);
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Void(close, ProcessorKit.Cancel));
        Assert.Equal((1, call.Amount), await kit.AtProcessor(call.Key));
    }
}
