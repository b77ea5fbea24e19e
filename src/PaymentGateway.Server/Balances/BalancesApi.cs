using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Balances;

/// <param name="Type"><c>credit</c> gives to the customer, <c>debit</c> takes away.</param>
/// <param name="Amount">Major units, a number such as 500.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Reason">Why, 1 to 255 characters: kept with the transaction.</param>
internal sealed record CreateBalanceTransactionBody(string? Type, AmountText? Amount, string? Currency, string? Reason);

/// <summary>What customers have here, and what changed it.</summary>
internal sealed class BalancesApi(
    BalanceStore store, BalanceMoves moves, CustomerStore customers, Idempotency idempotency, MerchantClocks clocks)
{
    private static readonly string[] filters = ["type", "currency", "createdFrom", "createdTo"];

    public static void Map(IEndpointRouteBuilder routes, BalancesApi api)
    {
        var balances = routes.MapGroup("/api/payments/customers/{customerId}").WithTags("Balances").WithMetadata(new RequiresKey(KeyKind.Secret));
        balances.MapGet("balances", api.Balances).WithName("listCustomerBalances").WithSummary("List a customer's balances")
            .WithDescription("One for each currency that the customer ever had money in.").Produces<BalancesView>()
            .Example(BalanceExamples.Balances)
            .Errors(Errors.CustomerNotFound);
        balances.MapPost("balance-transactions", api.Create).WithName("createBalanceTransaction").WithSummary("Credit or debit a balance")
            .WithDescription("A credit is taken from what we owe you and kept for the customer; a debit goes the other way, and never below what is available.")
            .Produces<BalanceTransactionView>(StatusCodes.Status201Created)
            .Example(BalanceExamples.Create, BalanceExamples.Transaction)
            .Errors(Errors.CustomerNotFound, Errors.InvalidAmount, Errors.AmountAboveMaximum, Errors.UnsupportedCurrency, Errors.InsufficientBalance);
        balances.MapGet("balance-transactions", api.List).WithName("listBalanceTransactions").WithSummary("List balance transactions")
            .WithDescription("Newest first. Filters: type (credit, debit, payment, refund), currency, createdFrom, createdTo.")
            .Produces<ListView<BalanceTransactionView>>()
            .Filters(filters)
            .Example(OperationExample.ListOf(BalanceExamples.Transaction))
            .Errors(Errors.CustomerNotFound);
    }

    private async Task<Answer> Balances(Caller caller, string customerId, CancellationToken cancel)
    {
        var found = await store.Of(caller.Tenant, customerId, cancel);
        return await WhyUnknown(caller.Tenant, customerId, found, cancel) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(new BalancesView([.. found.Select(BalanceView.Of)]));
    }

    private async Task<Answer> List(Caller caller, string customerId, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, BalanceMoves.IdPrefix, filters);
        var refusal = query.Refusal
            ?? (query.Value["type"] is { } type && TypeOf(type) is null ? Refusal.Field("type", "is not a type of balance transactions") : null)
            ?? await WhyUnknown(caller.Tenant, customerId, await store.Of(caller.Tenant, customerId, cancel), cancel);
        return refusal is not null
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, customerId, query.Value, BalanceTransactionView.Of, cancel));
    }

    private Task<Answer> Create(
        Caller caller, string customerId, HttpRequest request, Body<CreateBalanceTransactionBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            var decided = await Decide(caller, customerId, body.Value, cancel);
            if (decided.IsRefused)
            {
                return new Decided(null, Answer.Of(decided.Refusal!, caller.RequestId));
            }

            var transaction = decided.Value;
            await moves.EnsureOpen(caller.Tenant, customerId, transaction.Amount.Currency, cancel);
            var change = new Change();
            moves.WriteAdjustment(change, transaction, caller.Origin);
            return new Decided(change, Answer.Created(
                BalanceTransactionView.Of(transaction), $"/api/payments/customers/{customerId}/balance-transactions"));
        }, cancel);

    private async Task<Outcome<BalanceTransaction>> Decide(
        Caller caller, string customerId, CreateBalanceTransactionBody asked, CancellationToken cancel)
    {
        var faults = new FieldFaults();
        var type = TypeOf(asked.Type);
        faults.AddUnless(type is BalanceTransactionType.Credit or BalanceTransactionType.Debit, "type", "must be credit or debit");
        faults.AddUnless(asked.Reason is { Length: >= 1 and <= 255 }, "reason", "is required and must have 1 to 255 characters");
        if (faults.Refusal is { } refusal)
        {
            return refusal;
        }

        var amount = RequestedAmount.Read(asked.Amount, asked.Currency);
        if (amount.IsRefused)
        {
            return amount.Refusal!;
        }

        // Of a customer who was deleted, what is left can still be taken away.
        var balance = await store.Find(caller.Tenant, customerId, amount.Value.Currency, cancel);
        var mayBeGone = type == BalanceTransactionType.Debit && balance.Amount.IsPositive;
        if (!mayBeGone && await customers.Find(caller.Tenant, customerId, cancel) is null)
        {
            return new Refusal(Errors.CustomerNotFound);
        }

        return type == BalanceTransactionType.Debit && balance.Available < amount.Value
            ? new Refusal(Errors.InsufficientBalance, null, new Dictionary<string, object?> { ["available"] = balance.Available.ToMajor() })
            : new BalanceTransaction(NewId(out var id), caller.Tenant, customerId, type!.Value, amount.Value, id, PaymentId: null, asked.Reason,
                clocks.Now(caller.Tenant));
    }

    /// <summary>The money of a customer who was deleted is still there to be seen.</summary>
    private async Task<Refusal?> WhyUnknown(Tenant tenant, string customerId, IReadOnlyList<Balance> found, CancellationToken cancel) =>
        found.Count == 0 && await customers.Find(tenant, customerId, cancel) is null ? new Refusal(Errors.CustomerNotFound) : null;

    private string NewId(out string id) => id = Id.New(BalanceMoves.IdPrefix, clocks.Real);

    private static BalanceTransactionType? TypeOf(string? word)
    {
        foreach (var type in Enum.GetValues<BalanceTransactionType>())
        {
            if (Words.Of(type) == word)
            {
                return type;
            }
        }

        return null;
    }
}
