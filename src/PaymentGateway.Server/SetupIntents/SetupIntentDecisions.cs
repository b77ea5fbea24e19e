using PaymentGateway.Connectors;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Mandates;

namespace PaymentGateway.SetupIntents;

/// <summary>What can happen to a set-up. The name is the word that callers use.</summary>
public abstract record SetupCommand(string Name)
{
    /// <param name="Connector">That is asked.</param>
    /// <param name="MandateId">Of the mandate that is asked for; null: a method is to be saved.</param>
    /// <param name="AskAfter">If no answer is recorded by then, the processor is asked.</param>
    public sealed record Confirm(string Method, string Connector, string? MandateId, string? ReturnUrl, string? Behaviour, TimeSpan AskAfter)
        : SetupCommand("confirm");

    public sealed record Cancel(string Reason, TimeSpan AskAfter) : SetupCommand("cancel");

    /// <summary>Its customer was deleted.</summary>
    public sealed record Abandon() : SetupCommand("abandon");

    /// <summary>The processor said something about an attempt.</summary>
    /// <param name="Key">Of the attempt.</param>
    /// <param name="SaveAs">The id that the saved method gets when the processor agrees.</param>
    public sealed record News(string Key, ConnectorOutcome Outcome, string SaveAs) : SetupCommand("news");

    /// <summary>The customer has the method.</summary>
    /// <param name="PaymentMethodId">It, or the one of the same card or address that they had already.</param>
    public sealed record Kept(string PaymentMethodId) : SetupCommand("kept");

    /// <summary>The customer does not get the method.</summary>
    public sealed record NotKept(SetupError Why) : SetupCommand("not_kept");

    /// <summary>The method is still being saved.</summary>
    public sealed record NotKeptYet() : SetupCommand("not_kept_yet");

    /// <summary>How the mandate stands that is asked for.</summary>
    public sealed record MandateStands(Mandate Mandate) : SetupCommand("mandate");
}

/// <summary>The state machine of a set-up. Pure.</summary>
public static class SetupIntentDecisions
{
    public const string CustomerDeleted = "customer_deleted";

    /// <summary>More confirmations than a customer needs, and fewer than somebody who tries stolen cards.</summary>
    public const int AttemptsMax = 10;

    /// <summary>Unchanged: the news is old, or of another attempt.</summary>
    public static Outcome<SetupIntent> Decide(SetupIntent now, SetupCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (SetupState.RequiresPaymentMethod or SetupState.RequiresConfirmation, SetupCommand.Confirm) when now.Attempts >= AttemptsMax =>
            new Refusal(Errors.RetryLimitExceeded),
        (SetupState.RequiresPaymentMethod or SetupState.RequiresConfirmation, SetupCommand.Confirm confirm) => Begun(now, confirm, when),

        (SetupState.RequiresPaymentMethod or SetupState.RequiresConfirmation or SetupState.RequiresAction, SetupCommand.Cancel cancel) =>
            Canceled(now, cancel.Reason, now.State == SetupState.RequiresAction ? when + cancel.AskAfter : null, when),
        (_, SetupCommand.Abandon) when now.IsOpen =>
            Canceled(now, CustomerDeleted, now.IsAsking || now.IsMandating ? when : null, when),

        (_, SetupCommand.News news) => news.Key == now.AttemptKey ? Hear(now, news, when) : now,
        (_, SetupCommand.Kept kept) => now.IsSaving ? Succeeded(now, when) with { PaymentMethodId = kept.PaymentMethodId } : now,
        (_, SetupCommand.NotKept not) => now.IsSaving ? Failed(now, not.Why) : now,
        (_, SetupCommand.NotKeptYet) => now.IsSaving ? Asked(now, when) : now,
        (_, SetupCommand.MandateStands { Mandate: var mandate }) => Follow(now, mandate, when),

        (_, SetupCommand.Abandon) => now,
        _ => Refusal.InvalidState("setup intent", Words.Of(now.State), CommandsIn(now.State)),
    };

    /// <summary>The commands that a caller can give in a state.</summary>
    public static IEnumerable<string> CommandsIn(SetupState state) => state switch
    {
        SetupState.RequiresPaymentMethod or SetupState.RequiresConfirmation => ["confirm", "cancel"],
        SetupState.RequiresAction => ["cancel"],
        _ => [],
    };

    private static SetupIntent Begun(SetupIntent now, SetupCommand.Confirm confirm, DateTimeOffset when) => now with
    {
        State = SetupState.Processing,
        Method = confirm.Method,
        Choice = null,
        Attempts = now.Attempts + 1,
        Connector = confirm.Connector,
        Reference = null,
        Summary = null,
        Authentication = null,
        MandateId = confirm.MandateId,
        LastError = null,
        AttemptReturnUrl = confirm.ReturnUrl,
        Behaviour = confirm.Behaviour,
        CalledAt = when,
        CheckAt = when + confirm.AskAfter,
        Checks = 0,
    };

    /// <summary>What the processor's word does. <see cref="ConnectorOutcome.NotFound"/> comes here only when it is the final word.</summary>
    private static SetupIntent Hear(SetupIntent now, SetupCommand.News news, DateTimeOffset when)
    {
        var known = now with
        {
            Reference = news.Outcome.Reference ?? now.Reference,
            Authentication = news.Outcome.Authentication ?? now.Authentication,
            NetworkTransactionId = news.Outcome.NetworkTransactionId,
        };
        return (now.State, news.Outcome) switch
        {
            // It is canceled here; the processor is told until it is over there too.
            (SetupState.Canceled, ConnectorOutcome.Voided or ConnectorOutcome.Declined or ConnectorOutcome.NotFound) =>
                now.CheckAt is null ? now : now with { CheckAt = null, Checks = 0 },
            (SetupState.Canceled, _) => now.CheckAt is null ? now : Asked(now, when),
            _ when !now.IsAsking => now,

            (_, ConnectorOutcome.Authorized ready) => known with
            {
                State = SetupState.Processing,
                Summary = Shown(ready.Summary),
                NextAction = null,
                PaymentMethodId = news.SaveAs,
                CheckAt = when,
                Checks = 0,
            },
            (_, ConnectorOutcome.ActionRequired act) => Asked(known, when) with
            {
                State = SetupState.RequiresAction,
                Summary = Shown(act.Summary),
                NextAction = act.Action,
            },
            (SetupState.Processing, ConnectorOutcome.Pending pending) => Asked(known, when) with { Summary = Shown(pending.Summary) },
            (_, ConnectorOutcome.Declined no) =>
                Failed(Rejecting(known) with { Summary = no.Summary is { } s ? Shown(s) : known.Summary }, new(no.Code, no.Sentence, no.ProcessorCode)),
            (_, ConnectorOutcome.Voided) => Failed(known, Of(Errors.AuthenticationAbandoned)),
            (_, ConnectorOutcome.NotFound) => Failed(known, Of(Errors.GatewayTimeout)),
            (SetupState.Processing, ConnectorOutcome.NotCalled) => Failed(known, Of(Errors.GatewayUnavailable)),

            // No answer, or one that is neither yes nor no.
            _ => Asked(known, when),
        };
    }

    private static SetupIntent Follow(SetupIntent now, Mandate mandate, DateTimeOffset when) => (now.State, mandate.State) switch
    {
        _ when mandate.Id != now.MandateId => now,
        (SetupState.Canceled, MandateState.Rejected or MandateState.Revoked or MandateState.Expired) =>
            now.CheckAt is null ? now : now with { CheckAt = null, Checks = 0 },
        _ when !now.IsMandating => now,
        (_, MandateState.Active) => Succeeded(now, when) with { Summary = mandate.Summary, Reference = mandate.Reference },
        (_, MandateState.Rejected) => Failed(now, new(mandate.FailureCode!, mandate.FailureReason!, mandate.ProcessorCode)),
        (_, MandateState.Revoked or MandateState.Expired) => Failed(now, Of(Errors.MandateNotActive)),
        (_, MandateState.Pending) when mandate.NextAction is { Type: not "wait" } action =>
            Asked(now, when) with { State = SetupState.RequiresAction, NextAction = action, Summary = mandate.Summary },
        _ => Asked(now, when) with { Summary = mandate.Summary },
    };

    private static SetupIntent Succeeded(SetupIntent now, DateTimeOffset when) => now with
    {
        State = SetupState.Succeeded,
        NextAction = null,
        CheckAt = null,
        Checks = 0,
        SucceededAt = when,
    };

    private static SetupIntent Failed(SetupIntent now, SetupError why) => now with
    {
        State = SetupState.RequiresPaymentMethod,
        NextAction = null,
        PaymentMethodId = null,
        MandateId = null,
        LastError = why,
        CheckAt = null,
        Checks = 0,
    };

    /// <param name="tellAt">When the processor is told; null: it knows of nothing that is open.</param>
    private static SetupIntent Canceled(SetupIntent now, string reason, DateTimeOffset? tellAt, DateTimeOffset when) => now with
    {
        State = SetupState.Canceled,
        Choice = null,
        NextAction = null,
        PaymentMethodId = null,
        CancellationReason = reason,
        CheckAt = tellAt,
        Checks = 0,
        CanceledAt = when,
    };

    /// <summary>Nothing final is known: ask again, each time later.</summary>
    private static SetupIntent Asked(SetupIntent now, DateTimeOffset when) =>
        now with { CheckAt = when + AskAgain.After(now.Checks), Checks = now.Checks + 1 };

    /// <summary>The networks fine whoever tries a card again that its issuer rejected.</summary>
    private static SetupIntent Rejecting(SetupIntent now) =>
        now.Authentication is { Status: TransStatus.Rejected, CardFingerprint: { } card } && !now.RejectedCards.Contains(card)
            ? now with { RejectedCards = [.. now.RejectedCards, card] }
            : now;

    /// <summary>Of a UPI address the first letters and the bank.</summary>
    private static MethodSummary Shown(MethodSummary summary) =>
        summary.Vpa?.IndexOf('@', StringComparison.Ordinal) is int at and > 0
            ? summary with { Vpa = $"{summary.Vpa[..Math.Min(2, at)]}***{summary.Vpa[at..]}" }
            : summary with { Vpa = null };

    private static SetupError Of(ErrorKind kind) => new(kind.Code, kind.Sentence);
}
