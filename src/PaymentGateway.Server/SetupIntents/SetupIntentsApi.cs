using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Payments;

namespace PaymentGateway.SetupIntents;

/// <summary>The endpoints of set-ups.</summary>
internal sealed class SetupIntentsApi(
    SetupIntentStore store, SetupIntentMoves moves, ConfirmSetup confirm, CustomerStore customers, Idempotency idempotency, SecretVault vault,
    MerchantClocks clocks)
{
    private const string CancellationReason = "requested_by_merchant";

    private static readonly string[] filters = ["status", "customerId", "createdFrom", "createdTo"];

    private static readonly ErrorKind[] ofAttempts =
    [
        Errors.CustomerNotFound, Errors.NotSupported, Errors.PaymentMethodNotAvailable, Errors.TooManyPaymentMethods, Errors.InvalidToken,
        Errors.InvalidBankAccount, Errors.InvalidAmount, Errors.CardDeclined, Errors.CardExpired, Errors.InvalidCvv, Errors.SuspectedFraud,
        Errors.PaymentDeclined, Errors.AuthenticationAbandoned, Errors.CardAuthenticationFailed, Errors.CardAuthenticationRejected,
        Errors.CardAuthenticationUnavailable, Errors.UpiDeclined, Errors.UpiTimeout, Errors.InsufficientFunds, Errors.LimitExceeded,
        Errors.GatewayTimeout, Errors.MandateNotActive,
    ];

    public static void Map(IEndpointRouteBuilder routes, SetupIntentsApi api)
    {
        var setups = routes.MapGroup("/api/payments/setup-intents").WithTags("Setup intents");
        setups.MapPost("", api.Create).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("createSetupIntent")
            .WithSummary("Create a setup intent")
            .WithDescription("Makes a way to pay ready for later without charging it. With confirm it is set up at once.")
            .Produces<SetupIntentView>(StatusCodes.Status201Created).Produces<SetupIntentView>(StatusCodes.Status202Accepted)
            .Example(SetupIntentExamples.Create, SetupIntentExamples.Succeeded)
            .Errors(ofAttempts);
        setups.MapGet("", api.List).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("listSetupIntents").WithSummary("List setup intents")
            .WithDescription("Newest first. Filters: status, customerId, createdFrom, createdTo.")
            .Produces<ListView<SetupIntentView>>()
            .Filters(filters)
            .Example(OperationExample.ListOf(SetupIntentExamples.Succeeded))
            .Errors();
        setups.MapGet("{setupIntentId}", api.Get).WithMetadata(new RequiresKey(KeyKind.Secret, KeyKind.Publishable)).WithName("getSetupIntent")
            .WithSummary("Get a setup intent").WithDescription("Where it stands, and what came of it.")
            .Produces<SetupIntentView>()
            .Query("clientSecret", "Of the object; needed with a publishable key.")
            .Example(SetupIntentExamples.Succeeded)
            .Errors(Errors.SetupIntentNotFound);
        setups.MapPost("{setupIntentId}/confirm", api.Confirm).WithMetadata(new RequiresKey(KeyKind.Secret, KeyKind.Publishable))
            .WithName("confirmSetupIntent").WithSummary("Confirm a setup intent")
            .WithDescription("Starts an attempt. A decline is 402 with the setup intent in error.details.setupIntent; an unknown outcome is 202.")
            .Produces<SetupIntentView>().Produces<SetupIntentView>(StatusCodes.Status202Accepted)
            .Example(SetupIntentExamples.Confirm, SetupIntentExamples.RequiresAction)
            .Errors([Errors.SetupIntentNotFound, Errors.InvalidState, Errors.RetryLimitExceeded, .. ofAttempts]);
        setups.MapPost("{setupIntentId}/cancel", api.Cancel).WithMetadata(new RequiresKey(KeyKind.Secret)).WithName("cancelSetupIntent")
            .WithSummary("Cancel a setup intent")
            .WithDescription("Nothing is set up any more. One that the processor is working on cannot be canceled until it has answered.")
            .Produces<SetupIntentView>()
            .Example(SetupIntentExamples.Cancel, SetupIntentExamples.Canceled)
            .Errors(Errors.SetupIntentNotFound, Errors.InvalidState);
    }

    private Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateSetupIntentBody> body, CancellationToken cancel)
    {
        var wish = SetupFields.ReadWish(body.Value.ThreeDSecure, body.Value.PaymentDetails, body.Value.PaymentMethod, caller, request);
        var setup = Read(caller, body.Value);
        if ((setup.Refusal ?? wish.Refusal) is { } refusal)
        {
            return Task.FromResult(Answer.Of(refusal, caller.RequestId));
        }

        var isConfirmed = body.Value.Confirm == true;
        return idempotency.RunSteps<SetupIntent>(caller, request, body.Fingerprint, made => AnswerOf(caller, made, created: true), async (call, answer) =>
        {
            var begun = call.Resumes is null ? await Insert(caller, setup.Value, isConfirmed, call, answer, cancel) : true;
            if (begun is not { IsRefused: false, Value: true })
            {
                return begun.IsRefused ? begun.Refusal! : (Outcome<SetupIntent>?)null;
            }

            return isConfirmed
                ? await confirm.Run(
                    new(caller.Tenant, setup.Value.Id, null, null, SandboxBehaviour.AskedBy(request), wish.Value, caller.Origin), call, answer, cancel)
                : setup.Value;
        }, cancel);
    }

    /// <summary>False when another run of the same idempotent request was first; refused when there is no such customer.</summary>
    private async Task<Outcome<bool>> Insert(
        Caller caller, SetupIntent setup, bool isConfirmed, IdempotentCall call, Func<SetupIntent, Answer> answer, CancellationToken cancel)
    {
        if (await customers.Find(caller.Tenant, setup.CustomerId, cancel) is null)
        {
            return new Refusal(Errors.CustomerNotFound);
        }

        return await moves.TryCommit(before: null, setup, caller.Origin, (change, next) =>
        {
            if (isConfirmed)
            {
                call.Reserve(change, next.Id);
            }
            else
            {
                call.Finish(change, answer(next));
            }
        }, cancel) is not null;
    }

    private Outcome<SetupIntent> Read(Caller caller, CreateSetupIntentBody body)
    {
        var faults = new FieldFaults();
        faults.AddUnless(Customer.IsOurs(body.CustomerId), "customerId", "is required: the id of a customer, cus_…");
        ObjectFields.CheckLength("description", body.Description, 1000, faults);
        var metadata = ObjectFields.ReadMetadata(body.Metadata, faults);
        faults.AddUnless((body.ThreeDSecure is null && body.PaymentDetails?.Browser is null) || body.Confirm == true, "threeDSecure",
            "and paymentDetails.browser belong to a setup intent that is confirmed at once");
        faults.AddUnless(body.Confirm != true || body.PaymentMethod is not null, "paymentMethod", "is required to confirm at once");
        var when = clocks.Now(caller.Tenant);
        var choice = SetupFields.ReadChoice(
            body.PaymentMethod, body.PaymentDetails, body.Mandate, body.Description, body.CustomerId, caller.Tenant, when, caller.Origin);
        return (faults.Refusal ?? choice.Refusal ?? PurposeFields.RefuseReturnUrl(body.ReturnUrl)) is { } refusal ? refusal : new SetupIntent
        {
            Id = Id.New(SetupIntent.IdPrefix, clocks.Real),
            Tenant = caller.Tenant,
            CustomerId = body.CustomerId!,
            State = choice.Value is null ? SetupState.RequiresPaymentMethod : SetupState.RequiresConfirmation,
            Usage = body.Usage ?? SetupFutureUsage.OffSession,
            Method = choice.Value?.Method,
            Choice = choice.Value,
            Description = body.Description,
            Metadata = metadata,
            ReturnUrl = body.ReturnUrl,
            CreatedAt = when,
            Version = 1,
        };
    }

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, SetupIntent.IdPrefix, filters);
        if (query.Refusal is { } unreadable)
        {
            return Answer.Of(unreadable, caller.RequestId);
        }

        // A status that no set-up can have is a mistake of the caller, not an empty list.
        return query.Value["status"] is { } status && !Enum.GetValues<SetupState>().Select(Words.Of).Contains(status)
            ? Answer.Of(Refusal.Field("status", "is not a status of these objects"), caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, setup => SetupIntentView.Of(setup, isServer: true, vault), cancel));
    }

    private async Task<Answer> Get(Caller caller, string setupIntentId, HttpRequest request, CancellationToken cancel)
    {
        if (RefuseAccess(caller, setupIntentId, request.Query["clientSecret"]) is { } refused)
        {
            return refused;
        }

        return await store.Find(caller.Tenant, setupIntentId, cancel) is { } setup
            ? Answer.Ok(View(caller, setup))
            : Answer.Of(new Refusal(Errors.SetupIntentNotFound), caller.RequestId);
    }

    private Task<Answer> Confirm(
        Caller caller, string setupIntentId, HttpRequest request, Body<ConfirmSetupIntentBody> body, CancellationToken cancel)
    {
        if (RefuseAccess(caller, setupIntentId, body.Value.ClientSecret) is { } refused)
        {
            return Task.FromResult(refused);
        }

        if (body.Value.Mandate is not null && caller.Kind != KeyKind.Secret)
        {
            return Task.FromResult(Answer.Of(
                Refusal.Field("mandate", "is for your server: a page may not say what its customer agreed to"), caller.RequestId));
        }

        // Whose customer it is stands in the set-up; the terms are read for it when the attempt begins.
        var choice = SetupFields.ReadChoice(
            body.Value.PaymentMethod, body.Value.PaymentDetails, body.Value.Mandate, description: null, Customer.IdPrefix + "_", caller.Tenant,
            clocks.Now(caller.Tenant), caller.Origin);
        var wish = SetupFields.ReadWish(body.Value.ThreeDSecure, body.Value.PaymentDetails, body.Value.PaymentMethod, caller, request);
        return (choice.Refusal ?? wish.Refusal ?? PurposeFields.RefuseReturnUrl(body.Value.ReturnUrl)) is { } refusal
            ? Task.FromResult(Answer.Of(refusal, caller.RequestId))
            : idempotency.RunSteps<SetupIntent>(
                caller, request, body.Fingerprint, setup => AnswerOf(caller, setup, created: false), (call, answer) => confirm.Run(
                    new(caller.Tenant, setupIntentId, choice.Value, body.Value.ReturnUrl, SandboxBehaviour.AskedBy(request), wish.Value, caller.Origin),
                    call, answer, cancel), cancel);
    }

    private Task<Answer> Cancel(
        Caller caller, string setupIntentId, HttpRequest request, Body<CancelSetupIntentBody> body, CancellationToken cancel)
    {
        var reason = body.Value.CancellationReason ?? CancellationReason;
        return reason.Length is < 1 or > 255
            ? Task.FromResult(Answer.Of(Refusal.Field("cancellationReason", "must have 1 to 255 characters"), caller.RequestId))
            : idempotency.RunSteps<SetupIntent>(
                caller, request, body.Fingerprint, setup => Answer.Ok(View(caller, setup)) with { CustomerId = setup.CustomerId },
                (call, answer) => confirm.Cancel(caller.Tenant, setupIntentId, reason, caller.Origin, call, answer, cancel), cancel);
    }

    /// <summary>A publishable key sees the one object whose client secret comes with it.</summary>
    private Answer? RefuseAccess(Caller caller, string setupIntentId, string? clientSecret) =>
        caller.Kind == KeyKind.Secret || (clientSecret is not null && vault.IsClientSecretOf(setupIntentId, clientSecret))
            ? null
            : Answer.Of(new Refusal(Errors.UnauthorizedAccess, "A publishable key needs the clientSecret of this object."), caller.RequestId);

    /// <summary>Done or an action (200, 201), not known yet (202), declined (402 with the set-up inside).</summary>
    private Answer AnswerOf(Caller caller, SetupIntent setup, bool created)
    {
        var view = View(caller, setup);
        var answer = setup switch
        {
            { State: SetupState.RequiresPaymentMethod, LastError: { } error } => Answer.Of(
                new Refusal(Errors.ByCode(error.Code), error.Sentence, new Dictionary<string, object?> { ["setupIntent"] = view }), caller.RequestId),
            { State: SetupState.Processing } => Answer.Accepted(view),
            _ => created ? Answer.Created(view, $"/api/payments/setup-intents/{setup.Id}") : Answer.Ok(view),
        };
        return answer with { CustomerId = setup.CustomerId };
    }

    private SetupIntentView View(Caller caller, SetupIntent setup) => SetupIntentView.Of(setup, caller.Kind == KeyKind.Secret, vault);
}
