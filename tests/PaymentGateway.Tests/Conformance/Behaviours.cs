using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.Tests.Conformance;

/// <summary>What was found of one behaviour.</summary>
public enum Finding
{
    Yes,

    /// <summary>The processor does not have it, the connector declares so, and nothing asks for it.</summary>
    No,

    /// <summary>The processor does it in the payer's browser before there is a token, and a payment without it is declined as such.</summary>
    InBrowser,
}

/// <summary>One thing that a connector must do right, or declare that its processor does not have it. A behaviour that is done wrong throws.</summary>
public sealed record Behaviour(string Name, Func<ProcessorKit, Task<Finding>> Check)
{
    public override string ToString() => Name;
}

/// <summary>The behaviours of the kit. Each starts with a processor that has seen nothing.</summary>
public static class Behaviours
{
    public static IReadOnlyList<Behaviour> All { get; } =
    [
        new("authorize and capture", AuthorizeAndCapture),
        new("authorize and take at once", TakeAtOnce),
        new("capture a part", CapturePart),
        new("capture several times", CaptureSeveralTimes),
        new("raise an authorization", RaiseAuthorization),
        new("void", VoidHeld),
        new("refund in full", RefundFull),
        new("refund in parts", RefundParts),
        new("refund too much is refused", RefundTooMuch),
        new("refund that is pending", RefundPending),
        new("refund that fails later", RefundFailsLater),
        new("decline", kit => Declines(kit, TestCard.Declined, Errors.CardDeclined)),
        new("decline: no money", kit => Declines(kit, TestCard.NoFunds, Errors.InsufficientFunds)),
        new("decline: card expired", kit => Declines(kit, TestCard.Expired, Errors.CardExpired)),
        new("decline: wrong security code", kit => Declines(kit, TestCard.WrongCvv, Errors.InvalidCvv)),
        new("3-D Secure passed", kit => Authenticates(kit, passes: true)),
        new("3-D Secure failed", kit => Authenticates(kit, passes: false)),
        new("keep a card, pay without the customer", PayOffSession),
        new("forget a card", ForgetCard),
        new("the network's id of a payment", TellsNetworkTransaction),
        new("without the customer, where the bank asks for them", NeedsCustomer),
        new("set up a card", SetUpCard),
        new("set-up declined", DeclinesSetup),
        new("set-up with 3-D Secure, and given up", AuthenticatesSetup),
        new("answer to a set-up lost, let go by our key", LosesAnswerToSetup),
        new("webhook of a set-up", ReadsWebhookOfSetup),
        new("mandate", SetUpMandate),
        new("same key, done once", RepeatIsDoneOnce),
        new("32 at once with one key, done once", RaceIsDoneOnce),
        new("answer lost, found by our key", kit => LosesAnswer(kit, ProcessorFault.AnswerLost)),
        new("call lost, key closed", LosesCall),
        new("answer to a capture lost", LosesAnswerToCapture),
        new("answer to a refund lost", LosesAnswerToRefund),
        new("busy (429)", IsBusy),
        new("broken (500)", kit => LosesAnswer(kit, ProcessorFault.Broken)),
        new("malformed answer", kit => LosesAnswer(kit, ProcessorFault.Malformed)),
        new("status by our key", StatusByKey),
        new("webhook", ReadsWebhook),
        new("webhook twice", ReadsWebhookTwice),
        new("webhooks in the wrong order", ReadsWebhooksInWrongOrder),
        new("webhook forged", kit => RefusesWebhook(kit, WebhookFault.Forged)),
        new("webhook expired", kit => RefusesWebhook(kit, WebhookFault.Expired)),
        new("webhook of the future", kit => RefusesWebhook(kit, WebhookFault.Future)),
        new("dispute, evidence", AnswersDispute),
        new("dispute, accepted", AcceptsDispute),
        new("settlement lines", ReadsSettlement),
        new("connection test", TestsConnection),
    ];

    private static async Task<Finding> AuthorizeAndCapture(ProcessorKit kit)
    {
        if (!Holds(kit))
        {
            var refused = kit.Call(await Card(kit));
            Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Authorize(refused, ProcessorKit.Cancel));
            Assert.Equal((0, kit.Amount(0)), await kit.AtProcessor(refused.Key));
            return Finding.No;
        }

        var (call, held) = await Held(kit);
        var captured = Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Capture(kit.Follow(call, held, 100), ProcessorKit.Cancel));
        Assert.Equal(held.Reference, captured.Reference);
        Assert.Equal((1, kit.Amount(100)), await kit.AtProcessor(call.Key));
        return Finding.Yes;
    }

    private static async Task<Finding> TakeAtOnce(ProcessorKit kit)
    {
        var (call, captured) = await Taken(kit);
        Assert.Equal("card", captured.Summary.Method);
        Assert.Equal(4, captured.Summary.Last4?.Length ?? 4);
        Assert.Equal((1, kit.Amount(100)), await kit.AtProcessor(call.Key));
        return Finding.Yes;
    }

    private static async Task<Finding> CapturePart(ProcessorKit kit)
    {
        if (kit.Connector.Capabilities.Holds?.PartialCapture != true)
        {
            return Finding.No;
        }

        var (call, held) = await Held(kit);
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Capture(kit.Follow(call, held, 30.01m), ProcessorKit.Cancel));
        var whole = Assert.IsType<ConnectorOutcome.Captured>(await Status(kit, call, held.Reference));
        Assert.Equal(kit.Amount(30.01m), whole.Total);
        return Finding.Yes;
    }

    private static async Task<Finding> CaptureSeveralTimes(ProcessorKit kit)
    {
        if (kit.Connector.Capabilities.Holds?.SeveralCaptures != true)
        {
            return Finding.No;
        }

        var (call, held) = await Held(kit);
        var first = kit.Follow(call, held, 30, isFinal: false);
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Capture(first, ProcessorKit.Cancel));
        Assert.IsType<ConnectorOutcome.Authorized>(await Status(kit, call, held.Reference));
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Capture(kit.Follow(call, held, 70), ProcessorKit.Cancel));
        Assert.Equal(kit.Amount(100), Assert.IsType<ConnectorOutcome.Captured>(await Status(kit, call, held.Reference)).Total);
        Assert.IsType<ConnectorOutcome.Captured>(
            await kit.Connector.Status(new(kit.Tenant, call.Key, held.Reference, first.Key), ProcessorKit.Cancel));
        return Finding.Yes;
    }

    private static async Task<Finding> RaiseAuthorization(ProcessorKit kit)
    {
        if (kit.Connector.Capabilities.Holds?.Increments != true)
        {
            return Finding.No;
        }

        var (call, held) = await Held(kit);
        Assert.IsType<ConnectorOutcome.Authorized>(await kit.Connector.Increment(kit.Follow(call, held, 120), ProcessorKit.Cancel));
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Capture(kit.Follow(call, held, 120), ProcessorKit.Cancel));
        Assert.Equal((1, kit.Amount(120)), await kit.AtProcessor(call.Key));
        return Finding.Yes;
    }

    private static async Task<Finding> VoidHeld(ProcessorKit kit)
    {
        if (!Holds(kit))
        {
            return Finding.No;
        }

        var (call, held) = await Held(kit);
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.Void(kit.Follow(call, held, 100), ProcessorKit.Cancel));
        Assert.IsType<ConnectorOutcome.Voided>(await Status(kit, call, held.Reference));
        Assert.Equal((1, kit.Amount(0)), await kit.AtProcessor(call.Key));
        Assert.IsNotType<ConnectorOutcome.Captured>(await kit.Connector.Capture(kit.Follow(call, held, 100), ProcessorKit.Cancel));
        return Finding.Yes;
    }

    private static async Task<Finding> RefundFull(ProcessorKit kit)
    {
        var (call, captured) = await Taken(kit);
        var refund = kit.RefundOf(call, captured, 100);
        var given = await kit.Connector.Refund(refund, ProcessorKit.Cancel);
        Assert.True(given is RefundOutcome.Succeeded or RefundOutcome.Pending, given.ToString());
        var again = await kit.Connector.Refund(refund, ProcessorKit.Cancel);
        Assert.Equal(given.Reference, again.Reference);
        return Finding.Yes;
    }

    private static async Task<Finding> RefundParts(ProcessorKit kit)
    {
        var (call, captured) = await Taken(kit);
        var references = new List<string?>();
        foreach (var part in new[] { 33.33m, 33.33m, 33.34m })
        {
            var refund = kit.RefundOf(call, captured, part);
            var given = await kit.Connector.Refund(refund, ProcessorKit.Cancel);
            Assert.True(given is RefundOutcome.Succeeded or RefundOutcome.Pending, given.ToString());
            Assert.Equal(given.Reference, (await RefundStatus(kit, refund, null)).Reference);
            references.Add(given.Reference);
        }

        Assert.Distinct(references);
        return Finding.Yes;
    }

    private static async Task<Finding> RefundTooMuch(ProcessorKit kit)
    {
        var (call, captured) = await Taken(kit);
        Assert.IsType<RefundOutcome.Failed>(await kit.Connector.Refund(kit.RefundOf(call, captured, 100.01m), ProcessorKit.Cancel));
        return Finding.Yes;
    }

    private static async Task<Finding> RefundPending(ProcessorKit kit)
    {
        if (await kit.Token(TestCard.RefundPending) is not { } token)
        {
            return Finding.No;
        }

        var (call, captured) = await Taken(kit, token);
        var refund = kit.RefundOf(call, captured, 40);
        var pending = Assert.IsType<RefundOutcome.Pending>(await kit.Connector.Refund(refund, ProcessorKit.Cancel));
        await kit.LetTimePass(TimeSpan.FromDays(1));
        Assert.IsType<RefundOutcome.Succeeded>(await RefundStatus(kit, refund, pending.Reference));
        return Finding.Yes;
    }

    private static async Task<Finding> RefundFailsLater(ProcessorKit kit)
    {
        if (await kit.Token(TestCard.RefundFails) is not { } token)
        {
            return Finding.No;
        }

        var (call, captured) = await Taken(kit, token);
        var refund = kit.RefundOf(call, captured, 40);
        var given = await kit.Connector.Refund(refund, ProcessorKit.Cancel);
        Assert.True(given is RefundOutcome.Succeeded or RefundOutcome.Pending, given.ToString());
        await kit.LetTimePass(TimeSpan.FromDays(1));
        Assert.IsType<RefundOutcome.Failed>(await RefundStatus(kit, refund, given.Reference));
        return Finding.Yes;
    }

    private static async Task<Finding> Declines(ProcessorKit kit, TestCard card, ErrorKind expected)
    {
        if (await kit.Token(card) is not { } token)
        {
            return Finding.No;
        }

        var call = kit.Call(kit.InstrumentOf(token), capture: true);
        var declined = Assert.IsType<ConnectorOutcome.Declined>(await Pay(kit, call));
        Assert.Equal(expected.Code, declined.Code);
        Assert.NotNull(declined.ProcessorCode);
        Assert.Equal(kit.Amount(0), (await kit.AtProcessor(call.Key)).Captured);
        return Finding.Yes;
    }

    private static async Task<Finding> Authenticates(ProcessorKit kit, bool passes)
    {
        if (kit.Unverified is { } unverified)
        {
            var refused = Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Authorize(kit.Call(unverified), ProcessorKit.Cancel));
            Assert.Equal(Errors.AuthenticationRequired.Code, refused.Code);
            return Finding.InBrowser;
        }

        if (await kit.Token(TestCard.Challenged) is not { } token)
        {
            return Finding.No;
        }

        var call = kit.Call(new Instrument.Card(token));
        var asks = Assert.IsType<ConnectorOutcome.ActionRequired>(await kit.Connector.Authorize(call, ProcessorKit.Cancel));
        await kit.Answer(asks.Action, passes);
        var outcome = await Status(kit, call, asks.Reference);
        if (passes)
        {
            Assert.IsType<ConnectorOutcome.Authorized>(outcome);
            Assert.True(outcome.Authentication?.LiabilityShift);
        }
        else
        {
            Assert.Equal(Errors.CardAuthenticationFailed.Code, Assert.IsType<ConnectorOutcome.Declined>(outcome).Code);
        }

        return Finding.Yes;
    }

    private static async Task<Finding> PayOffSession(ProcessorKit kit)
    {
        if (kit.Connector.Capabilities.Saves?.Methods.Contains("card") != true || await kit.Token(TestCard.Kept) is not { } token)
        {
            return Finding.No;
        }

        var (_, saved) = await Kept(kit, token);
        var call = kit.Call(new Instrument.Saved("card", "pm_kit", saved.Reference), capture: true) with { OffSession = true };
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Authorize(call, ProcessorKit.Cancel));
        Assert.Equal((1, kit.Amount(100)), await kit.AtProcessor(call.Key));
        return Finding.Yes;
    }

    private static async Task<Finding> ForgetCard(ProcessorKit kit)
    {
        if (kit.Connector.Capabilities.Saves?.Methods.Contains("card") != true || await kit.Token(TestCard.Kept) is not { } token)
        {
            return Finding.No;
        }

        var (key, saved) = await Kept(kit, token);
        Assert.IsType<SaveOutcome.Forgotten>(await kit.Connector.Forget(new(kit.Tenant, key, saved.Reference, null), ProcessorKit.Cancel));
        var call = kit.Call(new Instrument.Saved("card", "pm_kit", saved.Reference), capture: true) with { OffSession = true };
        Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Authorize(call, ProcessorKit.Cancel));
        return Finding.Yes;
    }

    private static async Task<Finding> TellsNetworkTransaction(ProcessorKit kit)
    {
        if (!Holds(kit))
        {
            return Finding.No;
        }

        var (call, held) = await Held(kit);
        if (!kit.Connector.Capabilities.NetworkTransactionIds)
        {
            Assert.Null(held.NetworkTransactionId);
            return Finding.No;
        }

        Assert.NotNull(held.NetworkTransactionId);
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Capture(kit.Follow(call, held, 100), ProcessorKit.Cancel));
        Assert.Equal(held.NetworkTransactionId, (await Status(kit, call, held.Reference)).NetworkTransactionId);
        var (_, taken) = await Taken(kit);
        Assert.NotNull(taken.NetworkTransactionId);
        Assert.NotEqual(held.NetworkTransactionId, taken.NetworkTransactionId);
        return Finding.Yes;
    }

    private static async Task<Finding> NeedsCustomer(ProcessorKit kit)
    {
        if (await kit.Token(TestCard.Challenged) is not { } token)
        {
            return Finding.No;
        }

        var call = kit.Call(new Instrument.Card(token), capture: true) with { OffSession = true };
        var declined = Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Authorize(call, ProcessorKit.Cancel));
        Assert.Equal(Errors.AuthenticationRequired.Code, declined.Code);
        return Finding.Yes;
    }

    private static async Task<Finding> SetUpCard(ProcessorKit kit)
    {
        if (!SetsUp(kit))
        {
            return Finding.No;
        }

        var (call, ready) = await Ready(kit);
        Assert.Equal("card", ready.Summary.Method);
        Assert.Equal(ready.Reference, Assert.IsType<ConnectorOutcome.Authorized>(await kit.Connector.Setup(call, ProcessorKit.Cancel)).Reference);
        Assert.Equal(ready.Reference, Assert.IsType<ConnectorOutcome.Authorized>(await SetupStatus(kit, call.Key, null)).Reference);
        Assert.IsType<ConnectorOutcome.NotFound>(await SetupStatus(kit, $"{kit.NewKey("seti")}-1", null));

        var keep = new SaveCall(kit.Tenant, kit.NewKey("pm"), new SaveSource.OfSetup(call.Key, ready.Reference), Behaviour: null);
        var kept = Assert.IsType<SaveOutcome.Saved>(await kit.Connector.Save(keep, ProcessorKit.Cancel));
        var byKey = keep with { Source = new SaveSource.OfSetup(call.Key, Reference: null) };
        Assert.Equal(kept.Reference, Assert.IsType<SaveOutcome.Saved>(await kit.Connector.Save(byKey, ProcessorKit.Cancel)).Reference);
        var pay = kit.Call(new Instrument.Saved("card", keep.Key, kept.Reference), capture: true) with { OffSession = true };
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Authorize(pay, ProcessorKit.Cancel));
        Assert.Equal((1, kit.Amount(100)), await kit.AtProcessor(pay.Key));
        return Finding.Yes;
    }

    private static async Task<Finding> DeclinesSetup(ProcessorKit kit)
    {
        if (!SetsUp(kit) || await kit.Token(TestCard.SetupDeclined) is not { } token)
        {
            return Finding.No;
        }

        var call = kit.SetupOf(token);
        var declined = Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Setup(call, ProcessorKit.Cancel));
        Assert.True(Errors.ByCode(declined.Code).Status is 400 or 402, declined.Code);
        Assert.NotNull(declined.ProcessorCode);
        Assert.True(await SetupStatus(kit, call.Key, declined.Reference) is ConnectorOutcome.Declined or ConnectorOutcome.NotFound);
        return Finding.Yes;
    }

    private static async Task<Finding> AuthenticatesSetup(ProcessorKit kit)
    {
        if (!SetsUp(kit) || await kit.Token(TestCard.SetupChallenged) is null)
        {
            return SetsUp(kit) && kit.Unverified is not null ? Finding.InBrowser : Finding.No;
        }

        var (passed, asked) = await Asked(kit);
        await kit.Answer(asked.Action, passes: true);
        Assert.IsType<ConnectorOutcome.Authorized>(await SetupStatus(kit, passed, asked.Reference));

        var (failed, askedAgain) = await Asked(kit);
        await kit.Answer(askedAgain.Action, passes: false);
        // PayPal lets its payer try again.
        Assert.True(await SetupStatus(kit, failed, askedAgain.Reference)
            is ConnectorOutcome.Declined { Code: "CARD_AUTHENTICATION_FAILED" } or ConnectorOutcome.ActionRequired);

        var (waiting, notAnswered) = await Asked(kit);
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.CancelSetup(new(kit.Tenant, waiting, notAnswered.Reference), ProcessorKit.Cancel));
        return Finding.Yes;
    }

    private static async Task<Finding> LosesAnswerToSetup(ProcessorKit kit)
    {
        if (!SetsUp(kit))
        {
            return Finding.No;
        }

        var token = await kit.Token(TestCard.Kept);
        if (!await kit.LoseAnswerToSetup())
        {
            return Finding.No;
        }

        var call = kit.SetupOf(token!);
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Setup(call, ProcessorKit.Cancel));
        await kit.EndFaults();
        Assert.IsType<ConnectorOutcome.Authorized>(await SetupStatus(kit, call.Key, null));
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.CancelSetup(new(kit.Tenant, call.Key, null), ProcessorKit.Cancel));
        Assert.True(await SetupStatus(kit, call.Key, null) is ConnectorOutcome.Voided or ConnectorOutcome.NotFound);
        return Finding.Yes;
    }

    private static async Task<Finding> ReadsWebhookOfSetup(ProcessorKit kit)
    {
        if (!SetsUp(kit))
        {
            return Finding.No;
        }

        var (call, ready) = await Ready(kit);
        var news = (await NewsOf(kit, await kit.Webhooks(atLeast: 1))).Select(one => one.News).OfType<ConnectorNews.OfSetup>().ToList();
        Assert.All(news, one => Assert.Equal((call.Key, ready.Reference), (one.Key, Assert.IsType<ConnectorOutcome.Authorized>(one.Outcome).Reference)));
        return news.Count > 0 ? Finding.Yes : Finding.No;
    }

    private static bool SetsUp(ProcessorKit kit) => kit.Connector.Capabilities.Saves?.Setups?.Contains("card") == true;

    private static async Task<(SetupCall Call, ConnectorOutcome.Authorized Ready)> Ready(ProcessorKit kit)
    {
        var call = kit.SetupOf((await kit.Token(TestCard.Kept))!);
        return (call, Assert.IsType<ConnectorOutcome.Authorized>(await kit.Connector.Setup(call, ProcessorKit.Cancel)));
    }

    private static async Task<(string Key, ConnectorOutcome.ActionRequired Asked)> Asked(ProcessorKit kit)
    {
        var call = kit.SetupOf((await kit.Token(TestCard.SetupChallenged))!);
        return (call.Key, Assert.IsType<ConnectorOutcome.ActionRequired>(await kit.Connector.Setup(call, ProcessorKit.Cancel)));
    }

    private static Task<ConnectorOutcome> SetupStatus(ProcessorKit kit, string key, string? reference) =>
        kit.Connector.SetupStatus(new(kit.Tenant, key, reference), ProcessorKit.Cancel);

    private static async Task<Finding> SetUpMandate(ProcessorKit kit)
    {
        if (kit.Connector.Capabilities.Mandates is not { Count: > 0 } types)
        {
            return Finding.No;
        }

        foreach (var type in types.Where(type => type != "upi_autopay"))
        {
            var key = kit.NewKey("mandate");
            var rejected = await kit.Connector.CreateMandate(
                new(kit.Tenant, key, type, "ba_unknown", null, kit.Amount(10), "monthly", DateTimeOffset.UnixEpoch, null, null, null), ProcessorKit.Cancel);
            Assert.IsType<MandateOutcome.Rejected>(rejected);
        }

        return Finding.Yes;
    }

    private static async Task<Finding> RepeatIsDoneOnce(ProcessorKit kit)
    {
        var call = kit.Call(await Card(kit), capture: true);
        var first = await Pay(kit, call);
        var second = await Pay(kit, call);
        Assert.IsType<ConnectorOutcome.Captured>(first);
        Assert.Equal((first.GetType(), first.Reference), (second.GetType(), second.Reference));
        Assert.Equal((1, kit.Amount(100)), await kit.AtProcessor(call.Key));
        return Finding.Yes;
    }

    private static async Task<Finding> RaceIsDoneOnce(ProcessorKit kit)
    {
        var call = kit.Call(await Card(kit), capture: true);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => kit.Connector.Authorize(call, ProcessorKit.Cancel)));
        for (var at = 0; at < outcomes.Length; at++)
        {
            outcomes[at] = await kit.Finish(call, outcomes[at]);
        }

        // Whoever met another run of the same key knows nothing; nobody was told a no.
        Assert.All(outcomes, outcome => Assert.True(outcome is ConnectorOutcome.Captured or ConnectorOutcome.Unknown, outcome.ToString()));
        Assert.Contains(outcomes, outcome => outcome is ConnectorOutcome.Captured);
        Assert.Equal((1, kit.Amount(100)), await kit.AtProcessor(call.Key));
        return Finding.Yes;
    }

    private static async Task<Finding> LosesAnswer(ProcessorKit kit, ProcessorFault fault)
    {
        if (!await kit.Misbehave(fault))
        {
            return Finding.No;
        }

        var call = kit.Call(await Card(kit), capture: true);
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Authorize(call, ProcessorKit.Cancel));
        await kit.EndFaults();
        var found = await kit.Finish(call, await Status(kit, call, reference: null));
        if (fault == ProcessorFault.AnswerLost)
        {
            Assert.IsType<ConnectorOutcome.Captured>(found);
        }

        var (payments, captured) = await kit.AtProcessor(call.Key);
        Assert.True(payments <= 1);
        Assert.Equal(captured > kit.Amount(0), found is ConnectorOutcome.Captured);
        return Finding.Yes;
    }

    private static async Task<Finding> LosesCall(ProcessorKit kit)
    {
        if (!await kit.Misbehave(ProcessorFault.CallLost))
        {
            return Finding.No;
        }

        var call = kit.Call(await Card(kit), capture: true);
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Authorize(call, ProcessorKit.Cancel));
        await kit.EndFaults();
        Assert.IsType<ConnectorOutcome.NotFound>(await Status(kit, call, reference: null));
        var close = new FollowUpCall(kit.Tenant, kit.NewKey("op"), call.Key, null, call.Amount, null);
        if (!kit.Connector.Capabilities.ClosesKeys)
        {
            // It may still come, so nothing is promised.
            Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Void(close, ProcessorKit.Cancel));
            return Finding.No;
        }

        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.Void(close, ProcessorKit.Cancel));

        // The call that was held up all the time arrives.
        Assert.IsNotType<ConnectorOutcome.Captured>(await kit.Connector.Authorize(call with { Behaviour = null }, ProcessorKit.Cancel));
        Assert.Equal(kit.Amount(0), (await kit.AtProcessor(call.Key)).Captured);
        return Finding.Yes;
    }

    private static async Task<Finding> LosesAnswerToCapture(ProcessorKit kit)
    {
        if (!Holds(kit))
        {
            return Finding.No;
        }

        var (call, held) = await Held(kit);
        if (!await kit.Misbehave(ProcessorFault.AnswerLost))
        {
            return Finding.No;
        }

        var capture = kit.Follow(call, held, 60);
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Capture(capture, ProcessorKit.Cancel));
        await kit.EndFaults();
        var status = new StatusCall(kit.Tenant, call.Key, held.Reference, capture.Key);
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Status(status, ProcessorKit.Cancel));
        Assert.IsType<ConnectorOutcome.NotFound>(
            await kit.Connector.Status(status with { OperationKey = kit.NewKey("op") }, ProcessorKit.Cancel));
        Assert.Equal((1, kit.Amount(60)), await kit.AtProcessor(call.Key));
        return Finding.Yes;
    }

    private static async Task<Finding> LosesAnswerToRefund(ProcessorKit kit)
    {
        var (call, captured) = await Taken(kit);
        if (!await kit.Misbehave(ProcessorFault.AnswerLost))
        {
            return Finding.No;
        }

        var refund = kit.RefundOf(call, captured, 25);
        Assert.IsType<RefundOutcome.Unknown>(await kit.Connector.Refund(refund, ProcessorKit.Cancel));
        await kit.EndFaults();
        var found = await RefundStatus(kit, refund, reference: null);
        Assert.True(found is RefundOutcome.Succeeded or RefundOutcome.Pending, found.ToString());
        Assert.Equal(found.Reference, (await kit.Connector.Refund(refund with { Behaviour = null }, ProcessorKit.Cancel)).Reference);
        Assert.IsType<RefundOutcome.NotFound>(await RefundStatus(kit, refund with { Key = kit.NewKey("re") }, reference: null));
        return Finding.Yes;
    }

    private static async Task<Finding> IsBusy(ProcessorKit kit)
    {
        if (!await kit.Misbehave(ProcessorFault.Busy))
        {
            return Finding.No;
        }

        var call = kit.Call(await Card(kit), capture: true);
        Assert.IsType<ConnectorOutcome.NotCalled>(await kit.Connector.Authorize(call, ProcessorKit.Cancel));
        await kit.EndFaults();
        Assert.Equal((0, kit.Amount(0)), await kit.AtProcessor(call.Key));
        Assert.IsType<ConnectorOutcome.Captured>(await Pay(kit, call));
        return Finding.Yes;
    }

    private static async Task<Finding> StatusByKey(ProcessorKit kit)
    {
        var (call, captured) = await Taken(kit);
        Assert.Equal(captured.Reference, Assert.IsType<ConnectorOutcome.Captured>(await Status(kit, call, reference: null)).Reference);
        Assert.IsType<ConnectorOutcome.NotFound>(await Status(kit, call with { Key = kit.NewKey() }, reference: null));
        return Finding.Yes;
    }

    private static async Task<Finding> ReadsWebhook(ProcessorKit kit)
    {
        var (call, captured) = await Taken(kit);
        var news = await NewsOf(kit, await kit.Webhooks(atLeast: 1));
        if (news.Count == 0)
        {
            return Finding.No;
        }

        var charges = news.Select(one => one.News).OfType<ConnectorNews.OfCharge>().ToList();
        Assert.NotEmpty(charges);
        Assert.All(charges, charge => Assert.Equal((call.Key, captured.Reference), (charge.Key, charge.Outcome.Reference)));
        return Finding.Yes;
    }

    private static async Task<Finding> ReadsWebhookTwice(ProcessorKit kit)
    {
        if (!await kit.Misbehave(WebhookFault.Twice))
        {
            return Finding.No;
        }

        await Taken(kit);
        var ids = new List<string>();
        foreach (var message in await kit.Webhooks(atLeast: 2))
        {
            ids.Add((await Verify(kit, message))!.Id);
        }

        Assert.True(ids.Count > ids.Distinct().Count(), $"no id came twice: {string.Join(", ", ids)}");
        return Finding.Yes;
    }

    private static async Task<Finding> ReadsWebhooksInWrongOrder(ProcessorKit kit)
    {
        if (!await kit.Misbehave(WebhookFault.Late))
        {
            return Finding.No;
        }

        if (Holds(kit))
        {
            var (call, held) = await Held(kit);
            await kit.Webhooks(atLeast: 1);
            Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Capture(kit.Follow(call, held, 100), ProcessorKit.Cancel));
        }
        else
        {
            await Taken(kit);
        }

        await kit.ReleaseWebhooks();
        // Whatever a late message says of the past, what is read from it is the present.
        var news = await NewsOf(kit, await kit.Webhooks(atLeast: 2));
        Assert.NotEmpty(news);
        Assert.All(news, one => Assert.IsType<ConnectorOutcome.Captured>(Assert.IsType<ConnectorNews.OfCharge>(one.News).Outcome));
        return Finding.Yes;
    }

    private static async Task<Finding> RefusesWebhook(ProcessorKit kit, WebhookFault fault)
    {
        if (!await kit.Misbehave(fault))
        {
            return Finding.No;
        }

        await Taken(kit);
        var messages = await kit.Webhooks(atLeast: 1);
        Assert.NotEmpty(messages);
        Assert.Null(await Verify(kit, messages[0]));
        return Finding.Yes;
    }

    private static async Task<Finding> AnswersDispute(ProcessorKit kit)
    {
        if (kit.Connector.Capabilities.Disputes is not { Evidence: true } || await Disputed(kit) is not { } report)
        {
            return Finding.No;
        }

        Assert.Equal((DisputeStanding.NeedsResponse, kit.Amount(100)), (report.Standing, report.Amount));
        var evidence = new EvidenceCall(
            kit.Tenant, kit.NewKey("req"), report.ChargeKey, report.Reference,
            new Dictionary<string, string> { ["explanation"] = "It was delivered.", ["customerName"] = "Asha Rao" }, [], Behaviour: null);
        var request = new DisputeStatusCall(kit.Tenant, report.ChargeKey, report.Reference, evidence.Key);
        Assert.IsType<DisputeOutcome.NotFound>(await kit.Connector.DisputeStatus(request, ProcessorKit.Cancel));
        var reported = Assert.IsType<DisputeOutcome.Reported>(await kit.Connector.SubmitEvidence(evidence, ProcessorKit.Cancel));
        Assert.NotEqual(DisputeStanding.NeedsResponse, reported.Report.Standing);
        Assert.IsType<DisputeOutcome.Reported>(await kit.Connector.DisputeStatus(request, ProcessorKit.Cancel));
        return Finding.Yes;
    }

    private static async Task<Finding> AcceptsDispute(ProcessorKit kit)
    {
        if (kit.Connector.Capabilities.Disputes is not { Acceptance: true } || await Disputed(kit) is not { } report)
        {
            return Finding.No;
        }

        var accepted = Assert.IsType<DisputeOutcome.Reported>(await kit.Connector.AcceptDispute(
            new(kit.Tenant, kit.NewKey("req"), report.ChargeKey, report.Reference, null), ProcessorKit.Cancel));
        Assert.True(accepted.Report.Standing is DisputeStanding.Accepted or DisputeStanding.Lost);
        return Finding.Yes;
    }

    private static async Task<Finding> ReadsSettlement(ProcessorKit kit)
    {
        var from = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1);
        var (call, captured) = await Taken(kit);
        await kit.Connector.Refund(kit.RefundOf(call, captured, 40), ProcessorKit.Cancel);
        await kit.Settle();
        var asked = new SettlementCall(kit.Tenant, from, from + TimeSpan.FromHours(3));
        if (!kit.Connector.TellsSettlement)
        {
            return Finding.No;
        }

        var lines = new List<SettlementLine>();
        do
        {
            var page = await kit.Connector.ReadSettlement(asked, ProcessorKit.Cancel);
            lines.AddRange(page.Lines);
            asked = asked with { Cursor = page.Cursor };
        }
        while (asked.Cursor is not null);
        Assert.Equal(kit.Amount(100), Assert.Single(lines, line => line.Kind == SettlementKind.Payment).Gross);
        Assert.Equal(kit.Amount(0) - kit.Amount(40), Assert.Single(lines, line => line.Kind == SettlementKind.Refund).Gross);
        Assert.All(lines, line => Assert.Equal(line.Gross - line.Fee, line.Net));
        Assert.Distinct(lines.Select(line => line.Reference));
        return Finding.Yes;
    }

    private static async Task<Finding> TestsConnection(ProcessorKit kit)
    {
        if (kit.Account is not { } account)
        {
            return Finding.No;
        }

        Assert.True((await kit.Connector.TestConnection(account, ProcessorKit.Cancel)).IsOk);
        var wrong = account with { Fields = account.Fields.ToDictionary(field => field.Key, _ => "wrong") };
        Assert.False((await kit.Connector.TestConnection(wrong, ProcessorKit.Cancel)).IsOk);
        return Finding.Yes;
    }

    private static async Task<Instrument> Card(ProcessorKit kit) =>
        kit.InstrumentOf(await kit.Token(TestCard.Good) ?? throw new InvalidOperationException("Every processor has a good card."));

    private static async Task<(AuthorizeCall Call, ConnectorOutcome.Authorized Held)> Held(ProcessorKit kit)
    {
        var call = kit.Call(await Card(kit));
        return (call, Assert.IsType<ConnectorOutcome.Authorized>(await kit.Connector.Authorize(call, ProcessorKit.Cancel)));
    }

    private static async Task<(AuthorizeCall Call, ConnectorOutcome.Captured Captured)> Taken(ProcessorKit kit, string? token = null)
    {
        var call = kit.Call(token is null ? await Card(kit) : kit.InstrumentOf(token), capture: true);
        return (call, Assert.IsType<ConnectorOutcome.Captured>(await Pay(kit, call)));
    }

    private static async Task<ConnectorOutcome> Pay(ProcessorKit kit, AuthorizeCall call) =>
        await kit.Finish(call, await kit.Connector.Authorize(call, ProcessorKit.Cancel));

    /// <summary>Whether it can hold money at all; where it cannot, it says so of every method.</summary>
    private static bool Holds(ProcessorKit kit) =>
        kit.Connector.Capabilities is var can && can.Methods.Any(method => can.TakenAtOnce?.Contains(method) != true);

    private static async Task<(string Key, SaveOutcome.Saved Saved)> Kept(ProcessorKit kit, string token)
    {
        var call = new SaveCall(kit.Tenant, kit.NewKey("pm"), new SaveSource.OfCard(token), Behaviour: null);
        var saved = Assert.IsType<SaveOutcome.Saved>(await kit.Connector.Save(call, ProcessorKit.Cancel));
        Assert.Equal(saved.Reference, Assert.IsType<SaveOutcome.Saved>(await kit.Connector.Save(call, ProcessorKit.Cancel)).Reference);
        return (call.Key, saved);
    }

    /// <summary>A dispute as the processor tells it by webhook; null where it cannot be made to open one.</summary>
    private static async Task<DisputeReport?> Disputed(ProcessorKit kit)
    {
        var (call, captured) = await Taken(kit);
        await kit.Webhooks(atLeast: 1);
        if (!await kit.OpenDispute(call.Key, captured.Reference!))
        {
            return null;
        }

        var news = await NewsOf(kit, await kit.Webhooks(atLeast: 1));
        var report = news.Select(one => one.News).OfType<ConnectorNews.OfDispute>().Last().Report;
        Assert.Equal(call.Key, report.ChargeKey);
        return report;
    }

    private static Task<ConnectorOutcome> Status(ProcessorKit kit, AuthorizeCall call, string? reference) =>
        kit.Connector.Status(new(kit.Tenant, call.Key, reference), ProcessorKit.Cancel);

    private static Task<RefundOutcome> RefundStatus(ProcessorKit kit, RefundCall refund, string? reference) =>
        kit.Connector.RefundStatus(new(kit.Tenant, refund.Key, refund.ChargeKey, reference), ProcessorKit.Cancel);

    private static Task<VerifiedMessage?> Verify(ProcessorKit kit, IncomingMessage message) =>
        kit.Connector.Verify(message, kit.Account is { } account ? [account] : [], ProcessorKit.Cancel);

    private static async Task<IReadOnlyList<(string Id, ConnectorNews News)>> NewsOf(ProcessorKit kit, IReadOnlyList<IncomingMessage> messages)
    {
        var all = new List<(string, ConnectorNews)>();
        foreach (var message in messages)
        {
            var verified = await Verify(kit, message);
            Assert.NotNull(verified);
            Assert.Equal(kit.Tenant, verified.Tenant);
            all.AddRange((await kit.Connector.Read(verified.Tenant, message, ProcessorKit.Cancel)).Select(news => (verified.Id, news)));
        }

        return all;
    }
}
