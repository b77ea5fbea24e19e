using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>Creates, changes and deletes customers: each from load to commit.</summary>
internal sealed class CustomerActions(
    CustomerStore store, PaymentMethodStore methods, PaymentMethodMoves moves, Committer committer, CustomerFacts facts,
    IEnumerable<ICustomerReferences> references, MerchantClocks clocks)
{
    /// <summary>Each lost round means that another change of the customer won it, so this many are never needed.</summary>
    private const int RoundsMax = 100;

    public Decided Create(Caller caller, CustomerCommand.Update fields)
    {
        var now = clocks.Now(caller.Tenant);
        var customer = new Customer
        {
            Id = Id.New(Customer.IdPrefix, clocks.Real),
            Tenant = caller.Tenant,
            State = CustomerState.Active,
            Name = fields.Name,
            Email = fields.Email,
            Phone = fields.Phone,
            Address = fields.Address,
            Metadata = fields.Metadata ?? "{}",
            MethodsCount = 0,
            CreatedAt = now,
            UpdatedAt = now,
            Version = 1,
        };
        var change = new Change().Write(CustomerRows.Insert, customer);
        facts.Write(change, "customer.created", null, customer, caller.Origin);
        return new(change, Answer.Created(CustomerView.Of(customer), $"/api/payments/customers/{customer.Id}") with { CustomerId = customer.Id });
    }

    /// <param name="defaultMethodId">Null: stays; empty: none.</param>
    public Task<Outcome<Customer>> Update(
        Caller caller, string id, CustomerCommand.Update fields, string? defaultMethodId, CancellationToken cancel) =>
        Move(caller.Tenant, id, caller.Origin, "customer.updated", async (customer, now) =>
        {
            var updated = CustomerDecisions.Decide(customer, fields, now);
            if (updated.IsRefused || defaultMethodId is null)
            {
                return updated;
            }

            var chosen = defaultMethodId.Length == 0 ? null : await methods.Find(caller.Tenant, defaultMethodId, cancel);
            return defaultMethodId.Length > 0 && (chosen?.State != PaymentMethodState.Active || chosen.CustomerId != id)
                ? Refusal.Field("defaultPaymentMethodId", "must be a method that is attached to this customer")
                : CustomerDecisions.Decide(updated.Value, new CustomerCommand.ChooseDefault(chosen?.Id), now);
        }, cancel);

    /// <summary>Deletes the customer, detaches every method, and takes away what is personal wherever it stands, in one commit.</summary>
    public Task<Outcome<Customer>> Delete(Caller caller, string id, CancellationToken cancel) =>
        Move(caller.Tenant, id, caller.Origin, "customer.deleted",
            (customer, now) => Task.FromResult(CustomerDecisions.Decide(customer, new CustomerCommand.Delete(), now)), cancel, EraseFrom);

    private async Task EraseFrom(Change change, Customer customer, Origin origin, CancellationToken cancel)
    {
        // Every change of a method is one of its customer, whose version is asked for here: none can come between.
        var now = clocks.Now(customer.Tenant);
        foreach (var method in await methods.OpenOf(customer.Tenant, customer.Id, cancel))
        {
            moves.Write(change, method, PaymentMethodDecisions.Decide(method, new PaymentMethodCommand.Detach(), now).Value, origin);
        }

        change.Write(PaymentMethodRows.Erase, customer);
        StoredAnswers.Erase(change, customer.Tenant, customer.Id);
        foreach (var area in references)
        {
            area.Erase(change, customer.Tenant, customer.Id);
        }
    }

    private async Task<Outcome<Customer>> Move(
        Tenant tenant, string id, Origin origin, string name, Func<Customer, DateTimeOffset, Task<Outcome<Customer>>> decide,
        CancellationToken cancel, Func<Change, Customer, Origin, CancellationToken, Task>? also = null)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await store.Find(tenant, id, cancel) is not { } customer)
            {
                return new Refusal(Errors.CustomerNotFound);
            }

            var decided = await decide(customer, clocks.Now(tenant));
            if (decided.IsRefused || decided.Value with { UpdatedAt = customer.UpdatedAt } == customer)
            {
                return decided.IsRefused ? decided.Refusal! : customer;
            }

            var change = new Change().Of(tenant).Write(CustomerRows.Update, decided.Value);
            facts.Write(change, name, customer, decided.Value, origin);
            if (also is not null)
            {
                await also(change, customer, origin, cancel);
            }

            switch (await committer.Commit(change, cancel))
            {
                case CommitOutcome.Committed:
                    return decided.Value;
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }
        }

        throw new InvalidOperationException($"Customer {id} met a conflict {RoundsMax} times in a row.");
    }
}
