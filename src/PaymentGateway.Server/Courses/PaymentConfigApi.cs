using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Processors;

namespace PaymentGateway.Courses;

/// <summary>Where an admin sets up the payment desk, and sees whether the gateway answers.</summary>
internal sealed class PaymentConfigApi(ConfigurePayments configure, AccountBook accounts, Idempotency idempotency, MerchantClocks clocks)
{
    private const int ReadsPerMinute = 20;
    private const int WritesPerMinute = 5;
    private const string Connected = "connected";

    public static void Map(IEndpointRouteBuilder routes, PaymentConfigApi api)
    {
        var desk = routes.MapGroup("/api/admin/payment").WithTags("Course payments").WithMetadata(new RequiresKey(KeyKind.Secret));
        desk.MapGet("config", api.Get).WithMetadata(new RequestLimit(ReadsPerMinute)).WithName("getPaymentConfig")
            .WithSummary("Read the configuration of course payments")
            .WithDescription("By owner or admin, in the mode of the call. Secrets are never shown again but for their last four characters. "
                + "Twenty a minute.")
            .Produces<PaymentConfigView>()
            .Example(PaymentConfigExamples.Config)
            .Errors();
        desk.MapPut("config", api.Put).WithMetadata(new RequestLimit(WritesPerMinute)).WithName("putPaymentConfig")
            .WithSummary("Change the configuration of course payments")
            .WithDescription("What is left out stays; version is the one that you have read, so that two who change it at once do not undo each "
                + "other's work. Payments that begin from now on follow it; those that have begun keep what they began with. Five a minute.")
            .Produces<PaymentConfigView>()
            .Example(PaymentConfigExamples.Put, PaymentConfigExamples.Config)
            .Errors(Errors.InvalidConfiguration, Errors.VersionConflict, Errors.NotSupported);
        desk.MapPost("test-connection", api.Test).WithMetadata(new RequestLimit(WritesPerMinute), new TakesNoIdempotencyKey())
            .WithName("testPaymentConnection").WithSummary("Test the connection to the gateway")
            .WithDescription("Asks SmartGateway with your keys for something that moves no money. 502 when it does not answer or does not take "
                + "the keys. Five a minute.")
            .Produces<ConnectionView>()
            .Example(PaymentConfigExamples.Connection)
            .Errors(Errors.InvalidConfiguration, Errors.GatewayConnectionFailed, Errors.GatewayAuthFailed);
    }

    private async Task<Answer> Get(Caller caller, CancellationToken cancel) => Answer.Ok(await configure.Read(caller.Tenant, cancel));

    private async Task<Answer> Put(Caller caller, HttpRequest request, Body<PutPaymentConfigBody> body, CancellationToken cancel)
    {
        var answer = await idempotency.Run(caller, request, body, async _ =>
        {
            var change = new Change();
            var written = await configure.Write(change, caller.Tenant, body.Value, caller.Origin, cancel);
            return written.Refusal is { } refusal
                ? new Decided(null, Answer.Of(refusal, caller.RequestId))
                : new Decided(change, Answer.Ok(written.Value));
        }, cancel);
        configure.Forget(caller.Tenant);
        return answer;
    }

    private async Task<Answer> Test(Caller caller, CancellationToken cancel)
    {
        if (await accounts.Find(caller.Tenant, CourseGateway.Connector) is not { } account
            || await accounts.Test(caller.Tenant, CourseGateway.Connector, cancel) is not var (said, took))
        {
            return Answer.Of(
                new Refusal(Errors.InvalidConfiguration, "There is no account at SmartGateway yet: set merchantId and credentials first."),
                caller.RequestId);
        }

        var merchantId = account.Fields[PaymentConfigDecisions.MerchantIdField];
        return said.IsOk switch
        {
            true => Answer.Ok(new ConnectionView(
                Connected, (long)took.TotalMilliseconds, caller.Tenant.Mode.ToSql(), merchantId, clocks.Now(caller.Tenant))),
            false => Answer.Of(new Refusal(Errors.GatewayAuthFailed, said.Sentence), caller.RequestId),
            null => Answer.Of(new Refusal(Errors.GatewayConnectionFailed, said.Sentence), caller.RequestId),
        };
    }
}
