"""Capability: who must not meet in a group, seen and written by coordinators alone."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0013_access_of_places'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='organization',
            options={'default_permissions': ('view', 'change'), 'ordering': ['name'], 'permissions': [('enter_admin', 'open the administration pages'), ('manage_organization', 'change the organization, its words and its settings'), ('manage_members', 'invite members, change their roles and end them'), ('manage_places', 'change locations and rooms'), ('view_places', 'see locations and rooms, confidential ones too'), ('view_members', 'see who works here'), ('view_audit', 'read the history and the log of reads'), ('manage_shares', 'share a record with one person'), ('view_clients', "see every client's record"), ('manage_clients', 'add clients and change their records'), ('erase_records', "ask that a client's record is erased after its time of keeping, and approve it as the second"), ('view_grievances', 'see grievances that are not about oneself'), ('handle_grievances', 'answer grievances that are not about oneself'), ('keep_apart', 'say who must not meet in a group, and see it'), ('manage_care_team', "say who is on a client's care team"), ('manage_groups', 'make groups and change them'), ('view_groups', 'see every group and its sessions'), ('view_enrolments', 'see who is enrolled in every group'), ('manage_enrolments', 'enrol people and end enrolments'), ('lead_groups', 'lead groups'), ('view_certifications', "see every staff member's certification"), ('manage_certifications', 'record and check certifications'), ('hold_certification', 'hold a certification as a peer specialist'), ('manage_materials', 'write and publish materials'), ('view_materials', 'see every material'), ('translate_materials', 'translate materials'), ('share_materials', 'share a material with a client'), ('view_supervision', 'see that supervision took place, when and whether it is signed'), ('read_supervision', 'read every supervision note'), ('plan_supervision', 'say who supervises whom'), ('write_supervision', "write one's own supervision notes"), ('sign_supervision', 'sign supervision notes as supervisor'), ('view_appointments', 'see every appointment'), ('book_appointments', 'book and move appointments'), ('give_care', 'meet clients and record what happened'), ('view_followups', 'see every follow-up task'), ('manage_followups', 'hand a follow-up task to somebody else'), ('view_messages', 'see what was sent to whom and why'), ('manage_messages', 'change message texts and sending hours'), ('manage_outreach', 'change what is sent when'), ('view_reports', 'see reports without names'), ('export', 'take records out as a file')], 'verbose_name': 'organization', 'verbose_name_plural': 'organizations'},
        ),
    ]
