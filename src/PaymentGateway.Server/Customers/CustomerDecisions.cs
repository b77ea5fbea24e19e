using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>What can be done with a customer.</summary>
internal abstract record CustomerCommand
{
    private CustomerCommand()
    {
    }

    /// <summary>What is null stays as it is; <c>Clears</c> names what is taken away.</summary>
    internal sealed record Update(
        string? Name, string? Email, string? Phone, Address? Address, string? Metadata, IReadOnlySet<string> Clears) : CustomerCommand;

    /// <param name="MethodId">Null: none is the default any more.</param>
    internal sealed record ChooseDefault(string? MethodId) : CustomerCommand;

    /// <summary>A method takes one of the places.</summary>
    internal sealed record TakePlace : CustomerCommand;

    /// <summary>A method can be paid with from now on. The first one is the default, until another is chosen.</summary>
    internal sealed record Attached(string MethodId) : CustomerCommand;

    /// <summary>A method is gone.</summary>
    /// <param name="HadPlace">It took a place, which is free again.</param>
    internal sealed record Lost(string MethodId, bool HadPlace) : CustomerCommand;

    internal sealed record Delete : CustomerCommand;
}

/// <summary>The state machine of customers. Pure.</summary>
internal static class CustomerDecisions
{
    public static Outcome<Customer> Decide(Customer now, CustomerCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (CustomerState.Active, CustomerCommand.Update update) => Updated(now, update) with { UpdatedAt = when },
        (CustomerState.Active, CustomerCommand.ChooseDefault choice) => now with { DefaultPaymentMethodId = choice.MethodId, UpdatedAt = when },
        (CustomerState.Active, CustomerCommand.TakePlace) => now.MethodsCount < Customer.MethodsMax
            ? now with { MethodsCount = now.MethodsCount + 1 }
            : new Refusal(Errors.TooManyPaymentMethods, Details: new Dictionary<string, object?> { ["maximum"] = Customer.MethodsMax }),
        (CustomerState.Active, CustomerCommand.Attached attached) =>
            now with { DefaultPaymentMethodId = now.DefaultPaymentMethodId ?? attached.MethodId },
        (CustomerState.Active, CustomerCommand.Lost lost) => now with
        {
            MethodsCount = now.MethodsCount - (lost.HadPlace ? 1 : 0),
            DefaultPaymentMethodId = now.DefaultPaymentMethodId == lost.MethodId ? null : now.DefaultPaymentMethodId,
        },
        (CustomerState.Active, CustomerCommand.Delete) => Deleted(now, when),

        // Whoever has an old id is told what everybody is told about a customer that never was.
        (CustomerState.Deleted, _) => new Refusal(Errors.CustomerNotFound),
        _ => throw new ArgumentOutOfRangeException(nameof(now), now.State, "Not a state of customers."),
    };

    private static Customer Updated(Customer now, CustomerCommand.Update update)
    {
        return now with
        {
            Name = Next("name", update.Name, now.Name),
            Email = Next("email", update.Email, now.Email),
            Phone = Next("phone", update.Phone, now.Phone),
            Address = Next("address", update.Address, now.Address),
            Metadata = update.Metadata ?? now.Metadata,
        };

        T? Next<T>(string field, T? asked, T? before) where T : class => update.Clears.Contains(field) ? null : asked ?? before;
    }

    private static Customer Deleted(Customer now, DateTimeOffset when) => now with
    {
        State = CustomerState.Deleted,
        Name = null,
        Email = null,
        Phone = null,
        Address = null,
        Metadata = "{}",
        DefaultPaymentMethodId = null,
        MethodsCount = 0,
        UpdatedAt = when,
        DeletedAt = when,
    };
}
