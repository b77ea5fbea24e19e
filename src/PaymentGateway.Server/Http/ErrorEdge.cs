using Microsoft.AspNetCore.Http.Features;
using Npgsql;
using PaymentGateway.Commit;

namespace PaymentGateway.Http;

/// <summary>The outermost middleware: request ids, and the one place where exceptions end.</summary>
internal sealed class ErrorEdge(RequestDelegate next, TimeProvider clock, ILogger<ErrorEdge> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var requestId = RequestId.Of(http, clock);
        http.Response.Headers[RequestId.Header] = requestId;
        using var scope = log.BeginScope(new Dictionary<string, object> { ["requestId"] = requestId });
        try
        {
            await next(http);
            await GiveEmptyErrorsABody(http, requestId);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller went away; there is nobody to answer.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            await Answer.Of(RefusalOf(e), requestId).Send(http);
        }
    }

    private Refusal RefusalOf(Exception e)
    {
        switch (e)
        {
            case RefusedException refused:
                return refused.Refusal;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new(Errors.BodyTooLarge);
            case BadHttpRequestException bad:
                return new(Errors.ValidationFailed, bad.Message);
            case CommitQueueFullException:
                return new(Errors.ServerBusy);
            case NpgsqlException { IsTransient: true }:
                log.LogError(e, "The database is out of reach");
                return new(Errors.GatewayUnavailable, "The service cannot reach its database at the moment.");
            default:
                log.LogError(e, "Unhandled exception");
                return new(Errors.InternalError);
        }
    }

    /// <summary>Routing answers 404, 405 and 415 without a body; an API caller gets the same error shape as everywhere.</summary>
    private static async Task GiveEmptyErrorsABody(HttpContext http, string requestId)
    {
        var response = http.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentLength is not null || response.ContentType is not null)
        {
            return;
        }

        var kind = response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Errors.NotFound,
            StatusCodes.Status405MethodNotAllowed => Errors.MethodNotAllowed,
            StatusCodes.Status415UnsupportedMediaType => Errors.UnsupportedMediaType,
            StatusCodes.Status413PayloadTooLarge => Errors.BodyTooLarge,
            _ => null,
        };
        if (kind is not null && http.Features.Get<IHttpResponseFeature>() is not null)
        {
            await Answer.Of(new Refusal(kind), requestId).Send(http);
        }
    }
}
