using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>The endpoints of customers.</summary>
internal sealed class CustomersApi(CustomerStore store, CustomerActions actions, Idempotency idempotency)
{
    private static readonly string[] filters = ["email", "createdFrom", "createdTo"];

    public static void Map(IEndpointRouteBuilder routes, CustomersApi api)
    {
        var customers = routes.MapGroup("/api/payments/customers").WithTags("Customers").WithMetadata(new RequiresKey(KeyKind.Secret));
        customers.MapPost("", api.Create).WithName("createCustomer").WithSummary("Create a customer")
            .WithDescription("Somebody who pays you more than once. All fields may be left out.")
            .Produces<CustomerView>(StatusCodes.Status201Created)
            .Example(CustomerExamples.Create, CustomerExamples.Customer)
            .Errors();
        customers.MapGet("", api.List).WithName("listCustomers").WithSummary("List customers")
            .WithDescription("Newest first, without those that were deleted. Filters: email (in any case), createdFrom, createdTo.")
            .Produces<ListView<CustomerView>>()
            .Filters(filters)
            .Example(OperationExample.ListOf(CustomerExamples.Customer))
            .Errors();
        customers.MapGet("{customerId}", api.Get).WithName("getCustomer").WithSummary("Get a customer")
            .WithDescription("With the id of the method that is the default.").Produces<CustomerView>()
            .Example(CustomerExamples.Customer)
            .Errors(Errors.CustomerNotFound);
        customers.MapPatch("{customerId}", api.Update).WithName("updateCustomer").WithSummary("Update a customer")
            .WithDescription("What is absent stays as it is; an empty text or an empty address takes the field away.")
            .Produces<CustomerView>()
            .Example(CustomerExamples.Update, CustomerExamples.Updated)
            .Errors(Errors.CustomerNotFound);
        customers.MapDelete("{customerId}", api.Delete).WithName("deleteCustomer").WithSummary("Delete a customer")
            .WithDescription("Erases what is personal, detaches all methods, and keeps the payments. It cannot be undone.")
            .Produces<DeletedCustomerView>()
            .Example(CustomerExamples.Deleted)
            .Errors(Errors.CustomerNotFound);
    }

    private Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateCustomerBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, _ =>
        {
            var read = CustomerFields.Read(body.Value);
            return Task.FromResult(read.IsRefused
                ? new Decided(null, Answer.Of(read.Refusal!, caller.RequestId))
                : actions.Create(caller, read.Value));
        }, cancel);

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, Customer.IdPrefix, filters);
        return query.Refusal is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, CustomerView.Of, cancel));
    }

    private async Task<Answer> Get(Caller caller, string customerId, CancellationToken cancel) =>
        await store.Find(caller.Tenant, customerId, cancel) is { } customer
            ? Answer.Ok(CustomerView.Of(customer))
            : Answer.Of(new Refusal(Errors.CustomerNotFound), caller.RequestId);

    private async Task<Answer> Update(Caller caller, string customerId, Body<UpdateCustomerBody> body, CancellationToken cancel)
    {
        var read = CustomerFields.Read(body.Value);
        var updated = read.IsRefused
            ? read.Refusal!
            : await actions.Update(caller, customerId, read.Value, body.Value.DefaultPaymentMethodId, cancel);
        return updated.IsRefused ? Answer.Of(updated.Refusal!, caller.RequestId) : Answer.Ok(CustomerView.Of(updated.Value));
    }

    private async Task<Answer> Delete(Caller caller, string customerId, CancellationToken cancel)
    {
        var deleted = await actions.Delete(caller, customerId, cancel);
        return deleted.IsRefused
            ? Answer.Of(deleted.Refusal!, caller.RequestId)
            : Answer.Ok(new DeletedCustomerView(customerId, Deleted: true));
    }
}
