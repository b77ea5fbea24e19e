using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>Whether the customer's bank takes the money at once, or asks first.</summary>
public enum SandboxDisputeKind
{
    Dispute,
    Inquiry,
}

/// <summary>What the bank can say.</summary>
public enum SandboxVerdict
{
    Won,
    Lost,

    /// <summary>It asks (again): a new deadline begins.</summary>
    NeedsResponse,

    /// <summary>An inquiry is over, and nothing was taken.</summary>
    Closed,
}

/// <param name="ChargeId">A captured charge of the sandbox.</param>
/// <param name="Kind">dispute when absent.</param>
/// <param name="Reason">fraudulent when absent.</param>
/// <param name="Amount">Major units; all that was captured when absent.</param>
/// <param name="FeeReturned">Whether the fee of 15 comes back when it is won; true when absent.</param>
/// <param name="ResponseDays">Until when evidence is taken, 1 to 120; 14 when absent.</param>
public sealed record OpenSandboxDisputeBody(
    string? ChargeId, SandboxDisputeKind? Kind, DisputeReason? Reason, AmountText? Amount, bool? FeeReturned, int? ResponseDays);

/// <param name="Outcome">won, lost, needs_response, or closed for an inquiry.</param>
public sealed record DecideSandboxDisputeBody(SandboxVerdict? Outcome);

/// <param name="Reference">The pretended processor's own id.</param>
/// <param name="DisputeId">Absent while its message is on its way, and of a bank debit, which comes back instead.</param>
public sealed record SandboxDisputeView(string Reference, string ChargeId, string? DisputeId);

/// <summary>The sandbox's bank: opens disputes and decides them. With live keys there is nothing here.</summary>
internal sealed class SandboxDisputesApi(SandboxBank bank, DisputeStore store, PaymentStore payments)
{
    private const int ResponseDaysMax = 120;

    public static void Map(IEndpointRouteBuilder routes, SandboxDisputesApi api)
    {
        var sandbox = routes.MapGroup("/api/payments/sandbox/disputes").WithTags("Disputes")
            .WithMetadata(new RequiresKey(KeyKind.Secret), new TakesNoIdempotencyKey());
        sandbox.MapPost("", api.Open).WithName("openSandboxDispute").WithSummary("Open a dispute (sandbox)")
            .WithDescription("Plays the customer's bank; the sandbox tells of it by its own message, as a processor does. A bank debit is taken back at once, "
                + "which is no dispute: there is no disputeId.")
            .Produces<SandboxDisputeView>(StatusCodes.Status201Created)
            .Example(DisputeExamples.OpenInSandbox, DisputeExamples.OpenedInSandbox)
            .Errors(Errors.NotFound, Errors.ChargeNotFound, Errors.InvalidAmount, Errors.AmountAboveMaximum);
        sandbox.MapPost("{disputeId}/decide", api.Decide).WithName("decideSandboxDispute").WithSummary("Decide a dispute (sandbox)")
            .WithDescription("Plays the customer's bank, which may also take back what it said before.").Produces<DisputeView>()
            .Example("""{ "outcome": "won" }""", DisputeExamples.Won)
            .Errors(Errors.NotFound, Errors.DisputeNotFound);
    }

    private async Task<Answer> Open(Caller caller, HttpRequest request, Body<OpenSandboxDisputeBody> body, CancellationToken cancel)
    {
        if (caller.Tenant.Mode != Mode.Test)
        {
            return Answer.Of(new Refusal(Errors.NotFound), caller.RequestId);
        }

        var behaviour = SandboxBehaviour.AskedBy(request);
        var terms = await TermsOf(caller.Tenant, body.Value, behaviour, cancel);
        if (terms.IsRefused)
        {
            return Answer.Of(terms.Refusal!, caller.RequestId);
        }

        var charge = (await payments.FindCharge(caller.Tenant, body.Value.ChargeId!, cancel))!;
        if (charge.IsBankDebit)
        {
            return await TakeBack(caller, charge, body.Value, behaviour);
        }

        // Not the browser's token: once the bank has taken the money, the news must not stop half-way.
        var reference = await bank.Open(caller.Tenant, body.Value.ChargeId!, terms.Value, behaviour, CancellationToken.None);
        var dispute = await store.FindByReference(caller.Tenant, SandboxConnectorName, reference, cancel);
        return Answer.Created(new SandboxDisputeView(reference, body.Value.ChargeId!, dispute?.Id), $"/api/payments/disputes/{dispute?.Id}");
    }

    private async Task<Answer> TakeBack(Caller caller, Charge debit, OpenSandboxDisputeBody asked, string? behaviour)
    {
        var faults = new FieldFaults();
        faults.AddUnless(asked.Kind != SandboxDisputeKind.Inquiry, "kind", "must be dispute: the bank of a debit takes it back and asks nothing");
        faults.AddUnless(asked.Amount is null, "amount", "must be absent: the bank of a debit takes back all that is left of it");
        if (faults.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var reference = await bank.TakeBack(caller.Tenant, debit.Id, behaviour, CancellationToken.None);
        return reference is null
            ? Answer.Of(new Refusal(Errors.ChargeNotFound, "Nothing of this debit is left to be taken back."), caller.RequestId)
            : Answer.Created(new SandboxDisputeView(reference, debit.Id, DisputeId: null), $"/api/payments/{debit.PaymentId}");
    }

    private async Task<Answer> Decide(Caller caller, string disputeId, Body<DecideSandboxDisputeBody> body, CancellationToken cancel)
    {
        if (caller.Tenant.Mode != Mode.Test)
        {
            return Answer.Of(new Refusal(Errors.NotFound), caller.RequestId);
        }

        if (body.Value.Outcome is not { } outcome)
        {
            return Answer.Of(Refusal.Field("outcome", "is required"), caller.RequestId);
        }

        if (await store.Find(caller.Tenant, disputeId, cancel) is not { Connector: SandboxConnectorName } dispute
            || !await bank.Decide(caller.Tenant, dispute.Reference, StandingOf(outcome), CancellationToken.None))
        {
            return Answer.Of(new Refusal(Errors.DisputeNotFound), caller.RequestId);
        }

        return Answer.Ok(DisputeView.Of((await store.Find(caller.Tenant, disputeId, cancel))!));
    }

    private async Task<Outcome<DisputeTerms>> TermsOf(
        Tenant tenant, OpenSandboxDisputeBody asked, string? behaviour, CancellationToken cancel)
    {
        var faults = new FieldFaults();
        faults.AddUnless(asked.ChargeId is not null, "chargeId", "is required");
        faults.AddUnless(asked.ResponseDays is null or (>= 1 and <= ResponseDaysMax), "responseDays", $"must be from 1 to {ResponseDaysMax}");
        faults.AddUnless(behaviour is null || SandboxBehaviour.IsKnown(behaviour), SandboxBehaviour.Header, "is not a behaviour of the sandbox");
        if (faults.Refusal is { } refusal)
        {
            return refusal;
        }

        if (await payments.FindCharge(tenant, asked.ChargeId!, cancel) is not { Connector: SandboxConnectorName } charge
            || await bank.CapturedOf(tenant, charge.Id, cancel) is not { IsPositive: true } captured)
        {
            return new Refusal(Errors.ChargeNotFound, "The sandbox has captured no such charge.");
        }

        var amount = asked.Amount is null ? captured : RequestedAmount.Read(asked.Amount, captured.Currency.Code);
        return amount.IsRefused ? amount.Refusal!
            : amount.Value > captured
                ? new Refusal(Errors.AmountAboveMaximum, null, new Dictionary<string, object?> { ["maximum"] = captured.ToMajor() })
                : new DisputeTerms(
                    asked.Kind == SandboxDisputeKind.Inquiry, asked.Reason ?? DisputeReason.Fraudulent, amount.Value, asked.FeeReturned ?? true,
                    asked.ResponseDays ?? DisputeTerms.ResponseDaysDefault);
    }

    private const string SandboxConnectorName = SandboxBank.ConnectorName;

    private static DisputeStanding StandingOf(SandboxVerdict outcome) => outcome switch
    {
        SandboxVerdict.Won => DisputeStanding.Won,
        SandboxVerdict.Lost => DisputeStanding.Lost,
        SandboxVerdict.NeedsResponse => DisputeStanding.NeedsResponse,
        SandboxVerdict.Closed => DisputeStanding.WarningClosed,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not a verdict."),
    };
}
