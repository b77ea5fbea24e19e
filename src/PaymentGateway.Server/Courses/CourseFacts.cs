using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>What is written of every change of a course, a code and an enrolment: its event, and the audit row of its fields.</summary>
internal sealed class CourseFacts(EventConsumers events, MerchantClocks clocks)
{
    public void Write(Change change, Course? before, Course next, Origin origin) => Write(
        change, next.Tenant, before is null ? "course.created" : "course.updated", "course", next.Id,
        before is null ? null : Data(next.Tenant, "courseId", CourseView.Of(before)), Data(next.Tenant, "courseId", CourseView.Of(next)), origin);

    public void Write(Change change, DiscountCode? before, DiscountCode next, Origin origin) => Write(
        change, next.Tenant, before is null ? "discount_code.created" : "discount_code.updated", "discount_code", next.Id,
        before is null ? null : Data(next.Tenant, "discountCodeId", DiscountCodeView.Of(before)),
        Data(next.Tenant, "discountCodeId", DiscountCodeView.Of(next)), origin);

    public void Write(Change change, Enrollment? before, Enrollment next, Origin origin) => Write(
        change, next.Tenant, before is null ? "enrollment.opened" : "enrollment.closed", "enrollment", next.Id,
        before is null ? null : Data(next.Tenant, "enrollmentId", EnrollmentView.Of(before)),
        Data(next.Tenant, "enrollmentId", EnrollmentView.Of(next)), origin);

    public void Write(Change change, CoursePageLinks? before, CoursePageLinks next, Origin origin) => AuditTrail.Record(
        change, next.Tenant, origin, clocks.Real, "course_page_links.updated", "course_page_links", next.Tenant.MerchantId,
        before is null ? null : Data(next.Tenant, "merchantId", CoursePageLinksView.Of(before)),
        Data(next.Tenant, "merchantId", CoursePageLinksView.Of(next)));

    private void Write(
        Change change, Tenant tenant, string name, string type, string id, JsonObject? before, JsonObject after, Origin origin)
    {
        AuditTrail.Record(change, tenant, origin, clocks.Real, name, type, id, before, after.DeepClone().AsObject());
        events.Write(change, Event.Of(name, tenant, id, after, origin.RequestId, webhookUrl: null, clocks));
    }

    /// <summary>What callers see of it, under the name that events have for its id.</summary>
    private static JsonObject Data<T>(Tenant tenant, string idName, T view)
    {
        var data = new JsonObject { ["merchantId"] = tenant.MerchantId };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(view, Json.Options)!.AsObject())
        {
            if (value is not null)
            {
                data[name == "id" ? idName : name] = value.DeepClone();
            }
        }

        return data;
    }
}
